//! SOCKS 5 and 4a, byte by byte, with servers that follow a script.
use std::time::Duration;

use proxy_config::{
    Credentials, Dialer, Error, Hop, HopLogin, Patience, Protocol, ProxyServer, Route, SharedHealth,
    TlsTrust, Tunnel, Why,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::proxy::alice;

/// What the server expects, and what it answers to that.
type Script = Vec<(Vec<u8>, Vec<u8>)>;

/// A server that follows `script` on every connection, then says `hi` and closes.
async fn server(protocol: Protocol, script: Script) -> ProxyServer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            for (expected, answer) in &script {
                let mut bytes = vec![0; expected.len()];
                if client.read_exact(&mut bytes).await.is_err() {
                    break;
                }
                assert_eq!(&bytes, expected);
                client.write_all(answer).await.unwrap();
            }
            let _ = client.write_all(b"hi").await;
        }
    });
    ProxyServer { protocol, host: "127.0.0.1".into(), port }
}

struct Way {
    server: ProxyServer,
    credentials: Option<Credentials>,
    health: SharedHealth,
}

impl Way {
    async fn new(protocol: Protocol, password: Option<&str>, script: Script) -> Self {
        let credentials = password.map(alice);
        Self {
            server: server(protocol, script).await,
            credentials,
            health: SharedHealth::new(Default::default()),
        }
    }

    async fn connect(&self, host: &str) -> Result<Tunnel, Error> {
        let patience = Patience { dial: Duration::from_secs(2), answer: Duration::from_millis(300) };
        let login = if self.credentials.is_some() { HopLogin::Password } else { HopLogin::None };
        let route = Route { hops: vec![Hop::Proxy { server: self.server.clone(), login }], why: Why::Manual };
        let dialer = Dialer::new(self.credentials.as_ref(), &TlsTrust::default(), &self.health).unwrap();
        dialer.with_patience(patience).connect(&route, host, 443).await
    }
}

const ASKS: [u8; 3] = [5, 1, 0];
const ASKS_WITH_USER: [u8; 4] = [5, 2, 0, 2];
/// Connected, from 127.0.0.1:4096.
const YES: [u8; 10] = [5, 0, 0, 1, 127, 0, 0, 1, 16, 0];

fn asks_for(kind: u8, address: &[u8]) -> Vec<u8> {
    [&[5, 1, 0, kind][..], address, &443_u16.to_be_bytes()].concat()
}

fn login(password: &[u8]) -> Vec<u8> {
    [&[1, 5][..], b"alice", &[password.len() as u8], password].concat()
}

#[tokio::test]
async fn every_kind_of_target_comes_through() {
    let name = [&[6][..], b"a.test"].concat();
    let named = [&[5, 0, 0, 3, 1][..], b"x", &[0, 80]].concat();
    let v6 = [&[5, 0, 0, 4][..], &[0; 18]].concat();
    let four = |address: &[u8], rest: &[u8]| [&[4, 1, 1, 187][..], address, rest].concat();
    let granted = vec![0, 90, 0, 0, 0, 0, 0, 0];
    let table: [(Protocol, Option<&str>, &str, Script); 8] = [
        (Protocol::Socks5, None, "a.test", vec![(ASKS.into(), vec![5, 0]), (asks_for(3, &name), YES.into())]),
        (
            Protocol::Socks5,
            None,
            "192.0.2.7",
            vec![(ASKS.into(), vec![5, 0]), (asks_for(1, &[192, 0, 2, 7]), named)],
        ),
        (
            Protocol::Socks5,
            None,
            "::1",
            vec![(ASKS.into(), vec![5, 0]), (asks_for(4, &std::net::Ipv6Addr::LOCALHOST.octets()), v6)],
        ),
        (
            Protocol::Socks5,
            Some("S3cret!pw"),
            "a.test",
            vec![(ASKS_WITH_USER.into(), vec![5, 0]), (asks_for(3, &name), YES.into())],
        ),
        (
            Protocol::Socks5,
            Some("S3cret!pw"),
            "a.test",
            vec![
                (ASKS_WITH_USER.into(), vec![5, 2]),
                (login(b"S3cret!pw"), vec![1, 0]),
                (asks_for(3, &name), YES.into()),
            ],
        ),
        (Protocol::Socks4, None, "192.0.2.7", vec![(four(&[192, 0, 2, 7], b"\0"), granted.clone())]),
        (Protocol::Socks4, None, "a.test", vec![(four(&[0, 0, 0, 1], b"\0a.test\0"), granted.clone())]),
        (Protocol::Socks4, Some("x"), "a.test", vec![(four(&[0, 0, 0, 1], b"alice\0a.test\0"), granted)]),
    ];
    for (protocol, password, host, script) in table {
        let mut tunnel = Way::new(protocol, password, script.clone()).await.connect(host).await.unwrap();
        let mut said = String::new();
        tunnel.read_to_string(&mut said).await.unwrap();
        assert_eq!(said, "hi", "{script:?}");
    }
}

#[tokio::test]
async fn a_refused_password_is_offered_once() {
    for no in [vec![1, 1], vec![5, 255], Vec::new()] {
        let script = vec![(ASKS_WITH_USER.into(), vec![5, 2]), (login(b"wrong"), no.clone())];
        let script = if no.is_empty() { script[..1].to_vec() } else { script };
        let way = Way::new(Protocol::Socks5, Some("wrong"), script).await;
        let refused = way.connect("a.test").await;
        if no.is_empty() {
            // `hi` instead of an answer: not SOCKS.
            assert!(matches!(refused, Err(Error::NotAProxy { .. })), "{refused:?}");
            continue;
        }
        assert!(matches!(refused, Err(Error::LoginRefused { .. })), "{refused:?}");
        let again = way.connect("a.test").await;
        assert!(matches!(again, Err(Error::LatchClosed { .. })), "{again:?}");
    }
}

#[tokio::test]
async fn every_refusal_has_an_error_of_its_own() {
    let five = |password, script| Way::new(Protocol::Socks5, password, script);
    let needed = five(None, vec![(ASKS.into(), vec![5, 255])]).await.connect("a.test").await;
    assert!(matches!(needed, Err(Error::LoginNeeded { .. })), "{needed:?}");
    let other = five(Some("x"), vec![(ASKS_WITH_USER.into(), vec![5, 255])]).await.connect("a.test").await;
    assert!(matches!(other, Err(Error::NoCommonScheme { .. })), "{other:?}");
    let too_long = "x".repeat(256);
    let long = five(Some(&too_long), vec![(ASKS_WITH_USER.into(), vec![5, 2])]).await.connect("a.test").await;
    assert!(matches!(long, Err(Error::NoCommonScheme { .. })), "{long:?}");
    for garbage in [vec![4, 0], vec![5, 1], b"HT".to_vec()] {
        let outcome = five(None, vec![(ASKS.into(), garbage)]).await.connect("a.test").await;
        assert!(matches!(outcome, Err(Error::NotAProxy { .. })), "{outcome:?}");
    }
    for (code, words) in [(1, "general"), (2, "rules"), (4, "host"), (5, "refused"), (99, "unknown")] {
        let script = vec![
            (ASKS.into(), vec![5, 0]),
            (asks_for(1, &[192, 0, 2, 7]), [&[5, code, 0, 1][..], &[0; 6]].concat()),
        ];
        let outcome = five(None, script).await.connect("192.0.2.7").await;
        let (status, reason) = match &outcome {
            Err(Error::TargetUnreachable { status, reason, .. }) if [4, 5].contains(&code) => {
                (status, reason)
            }
            Err(Error::TunnelRefused { status, reason, .. }) if ![4, 5].contains(&code) => (status, reason),
            _ => panic!("{code}: {outcome:?}"),
        };
        assert!(*status == u16::from(code) && reason.contains(words), "{outcome:?}");
    }
    let script = vec![(vec![4, 1, 1, 187, 192, 0, 2, 7, 0], vec![0, 91, 0, 0, 0, 0, 0, 0])];
    let rejected = Way::new(Protocol::Socks4, None, script).await.connect("192.0.2.7").await;
    assert!(matches!(rejected, Err(Error::TunnelRefused { status: 91, .. })), "{rejected:?}");
}

#[tokio::test]
async fn a_server_that_stops_in_the_middle_does_not_hold_us() {
    // It waits for more than we say.
    let silent = Way::new(Protocol::Socks5, None, vec![(vec![5, 1, 0, 0], Vec::new())]).await;
    // The task of the server ends with its assertion's panic only if bytes differ; here it just waits.
    let outcome = silent.connect("a.test").await;
    assert!(matches!(outcome, Err(Error::Silent { .. })), "{outcome:?}");
    let short = Way::new(Protocol::Socks4, None, vec![(vec![4, 1], vec![0])]).await.connect("a.test").await;
    assert!(matches!(short, Err(Error::Closed { .. })), "{short:?}");
}
