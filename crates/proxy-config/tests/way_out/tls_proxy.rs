//! A proxy that is spoken to over TLS.
use std::sync::atomic::Ordering::SeqCst;

use proxy_config::{Dialer, Error, Hop, HopLogin, Protocol, SharedHealth, StageName, TlsTrust, client};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

use crate::proxy::{PLAIN, Proxy, alice};
use crate::target::Target;

/// Takes TLS off in front of `proxy`, with the target's certificate. Returns the port.
async fn in_front_of(proxy: &Proxy, target: &Target) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (acceptor, behind) = (target.acceptor.clone(), proxy.address);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut client = acceptor.accept(client).await.ok()?;
                let mut proxy = TcpStream::connect(behind).await.ok()?;
                copy_bidirectional(&mut client, &mut proxy).await.ok()
            });
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn the_login_travels_inside_tls_and_the_proxy_is_verified() {
    let (target, proxy) = (Target::start().await, Proxy::start(PLAIN).await);
    let mut route = proxy.route(HopLogin::Password);
    if let Hop::Proxy { server, .. } = &mut route.hops[0] {
        (server.protocol, server.host) = (Protocol::Https, "localhost".into());
        server.port = in_front_of(&proxy, &target).await;
    }
    let health = SharedHealth::new(Default::default());
    let http = client(&route, Some(&alice("S3cret!pw")), &target.trust, &health).await.unwrap();
    let answer = http.client().get(target.url()).send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "hello");
    assert_eq!(proxy.counts.tunnels.load(SeqCst), 1);

    let stranger = Dialer::new(Some(&alice("S3cret!pw")), &TlsTrust::default(), &health).unwrap();
    let error = stranger.connect(&route, "localhost", target.address.port()).await.unwrap_err();
    assert!(matches!(error, Error::ProxyTls { .. }), "{error:?}");
    assert_eq!(StageName::of(&error), StageName::Reach);
    assert_eq!(proxy.counts.connections.load(SeqCst), 1, "nothing was said to a proxy that is not trusted");
}
