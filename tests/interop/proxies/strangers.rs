//! What listens and is no proxy, and a proxy that says nothing.
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use interop::proxies::{PASSWORD, Proxies, USER};
use interop::target::Target;
use proxy_config::{Credentials, Dialer, Error, Hop, HopLogin, Patience, Route, SharedHealth, TlsTrust, Why};

use crate::peer::Verdict::Fails;
use crate::peer::{curl_verdict, our_verdict};

#[test]
fn ours_and_curl_agree_on_servers_that_are_no_proxies() {
    let (proxies, target) = (Proxies::start(), Target::start());
    let environment = proxies.kerberos("none");
    let tls = target.address.port(); // answers to what is no TLS with an alert
    for (port, error) in [(tls, "NotAProxy"), (proxies.kdc, "NotAProxy"), (proxies.tls, "")] {
        let proxy = format!("http://localhost:{port}");
        let (ours, said) = our_verdict(&environment, &target, &proxy, "password", USER, PASSWORD);
        let peer = curl_verdict(&environment, &target, &proxy, &["--max-time", "5"]);
        println!("{error}: ours {ours:?}, curl {peer:?}: {said}");
        assert_eq!((ours, peer), (Fails, Fails), "{port}: {said}");
        assert!(said.contains(&format!("fails {error}")), "{port}: {said}");
    }
}

#[test]
fn a_squid_that_is_frozen_is_told_from_one_that_is_gone() {
    let (proxies, target) = (Proxies::start(), Target::start());
    let signal = |name: &str| {
        assert!(Command::new("kill").args([name, &proxies.pid("basic")]).status().unwrap().success());
    };
    signal("-STOP");
    let server = format!("127.0.0.1:{}", proxies.basic).parse().unwrap();
    let route = Route { hops: vec![Hop::Proxy { server, login: HopLogin::Password }], why: Why::Manual };
    let trust = TlsTrust { ca_files_pem: Vec::new(), system_roots: true };
    let (alice, health) =
        (Credentials::new(None, USER, PASSWORD.into()), SharedHealth::new(Default::default()));
    let patience = Patience { answer: Duration::from_millis(500), ..Patience::default() };
    let dialer = Dialer::new(Some(&alice), &trust, &health).unwrap().with_patience(patience);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let connect = || runtime.block_on(dialer.connect(&route, "localhost", target.address.port()));
    let silent = connect();
    let proxy = format!("http://localhost:{}", proxies.basic);
    let peer = curl_verdict(&proxies.kerberos("none"), &target, &proxy, &["--max-time", "1"]);
    signal("-CONT");
    assert!(matches!(silent, Err(Error::Silent { .. })), "{silent:?}");
    assert_eq!(peer, Fails);
    connect().unwrap();
    signal("-9");
    let address = SocketAddr::from(([127, 0, 0, 1], proxies.basic));
    let deadline = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(address).is_ok() {
        assert!(Instant::now() < deadline, "it lives");
    }
    let gone = connect();
    assert!(matches!(gone, Err(Error::Unreachable { .. })), "{gone:?}");
}
