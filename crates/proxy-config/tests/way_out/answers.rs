//! Every known way to answer, well or badly.
use std::time::Duration;

use proxy_config::{Dialer, Error, HopLogin, Patience, SharedHealth, TlsTrust};
use tokio::net::TcpListener;

use crate::proxy::{PLAIN, Proxy, Refusal, alice};
use crate::target::Target;

const TRUST: TlsTrust = TlsTrust { ca_files_pem: Vec::new(), system_roots: true };

fn dialer(password: Option<&str>) -> Dialer {
    let credentials = password.map(alice);
    let patience = Patience { dial: Duration::from_secs(2), answer: Duration::from_millis(300) };
    Dialer::new(credentials.as_ref(), &TRUST, &SharedHealth::new(Default::default()))
        .unwrap()
        .with_patience(patience)
}

async fn through(refusal: Refusal, login: HopLogin) -> Result<(), Error> {
    let (target, proxy) = (Target::start().await, Proxy::start(refusal).await);
    let route = proxy.route(login);
    dialer(Some("S3cret!pw")).connect(&route, "127.0.0.1", target.address.port()).await.map(drop)
}

#[tokio::test]
async fn every_shape_of_407_leads_to_a_login() {
    for refusal in [
        PLAIN,
        Refusal::Closes(
            "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\nConnection: close\r\n\r\nbody without a length",
        ),
        Refusal::Closes(
            "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 2\r\n\r\nno",
        ),
        Refusal::Stays(
            "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\nTrailer: x\r\n\r\n",
        ),
        Refusal::Closes("HTTP/1.0 407 No\r\nProxy-Authenticate: Basic realm=x\r\n\r\nno"),
        Refusal::Stays(
            "HTTP/1.0 407 No\r\nProxy-Authenticate: basic realm=x\r\nProxy-Connection: Keep-Alive\r\nContent-Length: 0\r\n\r\n",
        ),
        Refusal::Stays(
            "HTTP/1.1 407 No\r\nProxy-Authenticate: Digest realm=\"a\", nonce=\"b,c\", Basic realm=\"d\"\r\nContent-Length: 0\r\n\r\n",
        ),
        Refusal::Stays(
            "HTTP/1.1 407\r\nproxy-authenticate:Digest realm=a\r\nproxy-authenticate:BASIC realm=b\r\ncontent-length:0\r\n\r\n",
        ),
        Refusal::LetsIn,
    ] {
        let outcome = through(refusal, HopLogin::Password).await;
        assert!(outcome.is_ok(), "{refusal:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn what_is_no_answer_of_a_proxy_has_an_error_of_its_own() {
    let says = |answer| through(Refusal::Says(answer), HopLogin::None);
    let not_a_proxy = [
        "SSH-2.0-OpenSSH_9.2p1\r\n",
        "220 mail.example.test ESMTP\r\n",
        "\0\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: many\r\n\r\n",
    ];
    for answer in not_a_proxy {
        let outcome = says(answer).await;
        assert!(matches!(outcome, Err(Error::NotAProxy { .. })), "{answer:?}: {outcome:?}");
    }
    assert!(matches!(says("").await, Err(Error::Closed { .. })));
    assert!(matches!(says("HTTP/1.1 200 O").await, Err(Error::Closed { .. })));
    let refused = says("HTTP/1.1 503 Service\x07 Unavailable\r\nContent-Length: 0\r\n\r\n").await;
    assert!(matches!(refused, Err(Error::NotAProxy { .. })), "{refused:?}");
    let refused = says("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n").await;
    assert!(
        matches!(&refused, Err(Error::TargetUnreachable { status: 503, reason, .. }) if reason == "Service Unavailable")
    );
    let refused =
        says("HTTP/1.1 503 Busy\r\nX-Squid-Error: ERR_SHUTTING_DOWN 0\r\nContent-Length: 0\r\n\r\n").await;
    assert!(
        matches!(&refused, Err(Error::TunnelRefused { reason, .. }) if reason == "Busy (ERR_SHUTTING_DOWN 0)"),
        "{refused:?}"
    );
    let silent = through(Refusal::Silent, HopLogin::None).await;
    assert!(matches!(silent, Err(Error::Silent { .. })), "{silent:?}");
}

#[tokio::test]
async fn an_endless_head_ends() {
    let head = format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(70_000)).leak();
    let outcome = through(Refusal::Says(head), HopLogin::None).await;
    assert!(matches!(outcome, Err(Error::NotAProxy { .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_login_that_cannot_be_served_is_told_from_one_that_is_missing() {
    let digest = "HTTP/1.1 407 No\r\nProxy-Authenticate: Digest realm=x\r\nContent-Length: 0\r\n\r\n";
    let missing = through(PLAIN, HopLogin::None).await;
    assert!(
        matches!(&missing, Err(Error::LoginNeeded { offered, .. }) if offered == &["Basic"]),
        "{missing:?}"
    );
    let other = through(Refusal::Stays(digest), HopLogin::Password).await;
    assert!(
        matches!(&other, Err(Error::NoCommonScheme { offered, .. }) if offered == &["Digest"]),
        "{other:?}"
    );
}

#[tokio::test]
async fn a_dead_proxy_is_passed_over_and_remembered_and_a_refusing_one_is_final() {
    let dead = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let (target, alive) = (Target::start().await, Proxy::start(Refusal::LetsIn).await);
    let health = SharedHealth::new(Default::default());
    let mut route = alive.route(HopLogin::None);
    let server = format!("127.0.0.1:{}", dead.port()).parse::<proxy_config::ProxyServer>().unwrap();
    route.hops.insert(0, proxy_config::Hop::Proxy { server: server.clone(), login: HopLogin::None });
    let dialer = Dialer::new(None, &TRUST, &health).unwrap();
    dialer.connect(&route, "127.0.0.1", target.address.port()).await.unwrap();
    assert!(health.snapshot().is_failing(&server, Default::default()));

    let refusing = Proxy::start(PLAIN).await;
    route.hops[0] = refusing.route(HopLogin::None).hops.remove(0);
    let outcome = dialer.connect(&route, "127.0.0.1", target.address.port()).await;
    assert!(matches!(outcome, Err(Error::LoginNeeded { .. })), "{outcome:?}");
}
