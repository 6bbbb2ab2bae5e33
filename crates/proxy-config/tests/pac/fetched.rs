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
