//! The relay: for those who know the secret, and only as long as they are there.
use std::process::Command;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use proxy_config::{Dialer, Error, HopLogin, Relay, SharedHealth};
use secrecy::ExposeSecret;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::proxy::{PLAIN, Proxy, Refusal, alice};
use crate::target::Target;

async fn relay(target: &Target, proxy: &Proxy, password: &str) -> Relay {
    let health = SharedHealth::new(Default::default());
    let dialer = Dialer::new(Some(&alice(password)), &target.trust, &health).unwrap();
    Relay::start(dialer, proxy.route(HopLogin::Password)).await.unwrap()
}

async fn ask(relay: &Relay, head: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(relay.url().trim_start_matches("http://")).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut bytes = vec![0; 4096];
    let count = stream.read(&mut bytes).await.unwrap();
    (stream, String::from_utf8_lossy(&bytes[..count]).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_gets_through_with_the_secret_only() {
    if wine::differs("there is no curl, which Windows brings along") {
        return;
    }
    let (target, proxy) = (Target::start().await, Proxy::start(PLAIN).await);
    let relay = relay(&target, &proxy, "S3cret!pw").await;
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, &target.trust.ca_files_pem[0]).unwrap();
    let secret = relay.credentials();
    let curl = |user: &str| {
        let mut curl = Command::new("curl");
        curl.args(["-sS", "--noproxy", "", "--proxy", &relay.url(), "--proxy-user", user, "--cacert"])
            .arg(&ca);
        let done = curl.arg(target.url().as_str()).output().expect("curl is installed: apt-get install curl");
        (done.status.success(), String::from_utf8_lossy(&done.stdout).into_owned())
    };
    let right = format!("relay:{}", secret.password.expose_secret());
    assert_eq!(curl(&right), (true, "hello".to_owned()));
    for guess in
        ["", "relay:", "relay:0000", &right[..right.len() - 1], &format!("{right}0"), "alice:S3cret!pw"]
    {
        assert_eq!(curl(guess), (false, String::new()), "{guess}");
    }
    assert_eq!(proxy.counts.tunnels.load(SeqCst), 1);
}

#[tokio::test]
async fn only_tunnels_are_carried_and_endless_requests_are_not_read() {
    let (target, proxy) = (Target::start().await, Proxy::start(PLAIN).await);
    let relay = relay(&target, &proxy, "S3cret!pw").await;
    let (_, answer) = ask(&relay, "CONNECT localhost:1 HTTP/1.1\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 407 "), "{answer}");
    let (_, answer) = ask(&relay, "what is this\r\n\r\n").await;
    assert_eq!(answer, "");
    let (route, right) = (proxy.route(HopLogin::Password), alice("S3cret!pw"));
    let health = SharedHealth::new(Default::default());
    let http = proxy_config::client(&route, Some(&right), &target.trust, &health).await.unwrap();
    let plain = http.client().get("http://localhost:1/").send().await.unwrap();
    assert_eq!(plain.status(), 501);
    assert!(matches!(&*http.last_proxy_error().unwrap(), Error::TunnelsOnly));
    assert_eq!(proxy.counts.connections.load(SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_upstream_is_closed_when_the_client_or_the_handle_goes_away() {
    let target = Target::start().await;
    for (refusal, drops_handle) in
        [(Refusal::Silent, false), (Refusal::Silent, true), (Refusal::LetsIn, true)]
    {
        let proxy = Proxy::start(refusal).await;
        let relay = relay(&target, &proxy, "S3cret!pw").await;
        let secret = relay.credentials();
        let mut http = reqwest::Proxy::all(relay.url()).unwrap();
        http = http.basic_auth(&secret.user, secret.password.expose_secret());
        let tls = target.trust.client_config().unwrap();
        let client = reqwest::Client::builder().proxy(http).tls_backend_preconfigured(tls).build().unwrap();
        let request = tokio::spawn(client.get(target.url()).send());
        until(|| proxy.counts.open.load(SeqCst) == 1 || proxy.counts.tunnels.load(SeqCst) == 1).await;
        if drops_handle {
            drop(relay);
        } else {
            request.abort();
        }
        until(|| proxy.counts.open.load(SeqCst) == 0).await;
    }
}

async fn until(done: impl Fn() -> bool) {
    let wait = async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), wait).await.expect("in time");
}
