//! Scripts that are fetched: by ETag, within limits, and kept while their server is away.
use mockito::Server;
use proxy_config::{Error, Finder, ProxySettings, TlsTrust};

use crate::{NOW, at};

const SCRIPT: &str = "function FindProxyForURL(url, host) { return 'PROXY p.corp:8080'; }";

async fn answer(finder: &Finder, location: &str) -> Result<String, Error> {
    let settings = ProxySettings { pac_url: Some(location.into()), ..ProxySettings::default() };
    let findings =
        finder.find(&settings, &TlsTrust::default(), &"https://a.test/".parse().unwrap(), at(NOW)).await?;
    Ok(findings.script.unwrap().answer)
}

#[tokio::test]
async fn a_script_is_fetched_once_then_asked_for_by_its_tag_and_kept_when_its_server_fails() {
    let mut server = Server::new_async().await;
    let location = format!("{}/wpad.dat", server.url());
    let first = server
        .mock("GET", "/wpad.dat")
        .with_body(SCRIPT)
        .with_header("etag", "\"1\"")
        .expect(1)
        .create_async()
        .await;
    let finder = Finder::new();
    for _ in 0..3 {
        assert_eq!(answer(&finder, &location).await.unwrap(), "PROXY p.corp:8080");
    }
    first.assert_async().await;
    first.remove_async().await;

    let same = server
        .mock("GET", "/wpad.dat")
        .match_header("if-none-match", "\"1\"")
        .with_status(304)
        .expect(1)
        .create_async()
        .await;
    finder.forget().await;
    assert_eq!(answer(&finder, &location).await.unwrap(), "PROXY p.corp:8080");
    same.assert_async().await;
    same.remove_async().await;

    server.mock("GET", "/wpad.dat").with_status(500).create_async().await;
    finder.forget().await;
    assert_eq!(answer(&finder, &location).await.unwrap(), "PROXY p.corp:8080");
    let stranger = answer(&Finder::new(), &location).await;
    assert!(matches!(stranger, Err(Error::ScriptUnavailable { .. })), "{stranger:?}");
}

#[tokio::test]
async fn a_new_version_replaces_the_old_one() {
    let mut server = Server::new_async().await;
    let location = format!("{}/wpad.dat", server.url());
    let old = server.mock("GET", "/wpad.dat").with_body(SCRIPT).create_async().await;
    let finder = Finder::new();
    answer(&finder, &location).await.unwrap();
    old.remove_async().await;
    server.mock("GET", "/wpad.dat").with_body(SCRIPT.replace("p.corp", "q.corp")).create_async().await;
    assert_eq!(answer(&finder, &location).await.unwrap(), "PROXY p.corp:8080", "within a minute nobody asks");
    finder.forget().await;
    assert_eq!(answer(&finder, &location).await.unwrap(), "PROXY q.corp:8080");
}

#[tokio::test]
async fn an_endless_script_is_not_read_to_its_end() {
    let mut server = Server::new_async().await;
    server.mock("GET", "/wpad.dat").with_body("x".repeat(2 * 1024 * 1024)).create_async().await;
    let outcome = answer(&Finder::new(), &format!("{}/wpad.dat", server.url())).await;
    assert!(matches!(outcome, Err(Error::ScriptTooLong { .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_file_is_named_by_its_path_or_by_a_url() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a proxy.pac");
    std::fs::write(&path, SCRIPT).unwrap();
    let url = url::Url::from_file_path(&path).unwrap().to_string();
    for location in [path.to_str().unwrap(), &url, &url.replace("file:", "FILE:")] {
        assert_eq!(answer(&Finder::new(), location).await.unwrap(), "PROXY p.corp:8080", "{location}");
    }
    let missing = answer(&Finder::new(), &format!("{url}x")).await;
    assert!(matches!(missing, Err(Error::ScriptUnavailable { .. })), "{missing:?}");
}

#[tokio::test]
async fn a_user_in_the_url_is_for_its_server_alone() {
    let mut server = Server::new_async().await;
    let location = format!("{}/wpad.dat", server.url().replace("http://", "http://alice:S3cret@"));
    let basic = "Basic YWxpY2U6UzNjcmV0";
    let script = server.mock("GET", "/wpad.dat").match_header("authorization", basic);
    script.with_body("function FindProxyForURL() { throw 'no'; }").create_async().await;
    let thrown = answer(&Finder::new(), &location).await.unwrap_err();
    assert!(matches!(thrown, Error::Script { .. }), "{thrown:?}");
    let missing = answer(&Finder::new(), &location.replace("wpad.dat", "none")).await.unwrap_err();
    for error in [thrown, missing] {
        assert!(!format!("{error} {error:?}").contains("S3cret"), "{error:?}");
    }
}
