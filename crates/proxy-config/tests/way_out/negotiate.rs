//! Proxies that offer Negotiate where there is no Kerberos for them: on Linux no token can be made; Windows makes one with
//! NTLM in it, which a proxy that takes only Kerberos there refuses.
use std::sync::atomic::Ordering::SeqCst;

use proxy_config::{Dialer, Error, HopLogin, SharedHealth, TlsTrust};

use crate::proxy::{Proxy, Refusal, alice};
use crate::target::Target;

/// The schemes of the logins that were tried, and how the last one ended.
async fn tried(refusal: &'static str) -> (Vec<String>, Result<(), Error>) {
    let (target, proxy) = (Target::start().await, Proxy::start(Refusal::Stays(refusal)).await);
    let (right, health) = (alice("S3cret!pw"), SharedHealth::new(Default::default()));
    let dialer = Dialer::new(Some(&right), &TlsTrust::default(), &health).unwrap();
    let route = proxy.route(HopLogin::Password);
    let outcome = dialer.connect(&route, "127.0.0.1", target.address.port()).await.map(drop);
    assert!(!health.snapshot().is_refused(&proxy.server(), &right), "nothing was proved: {outcome:?}");
    assert_eq!(proxy.counts.tunnels.load(SeqCst), usize::from(outcome.is_ok()));
    let schemes = proxy.counts.schemes.lock().unwrap().clone();
    (schemes, outcome)
}

/// On Windows Negotiate comes before `others`.
fn after_negotiate<'a>(others: &[&'a str]) -> Vec<&'a str> {
    let before = cfg!(windows).then_some("Negotiate");
    before.into_iter().chain(others.iter().copied()).collect()
}

#[tokio::test]
async fn ntlm_goes_by_itself_where_the_proxy_offers_it() {
    let refusal = "HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n";
    let (schemes, outcome) = tried(refusal).await;
    assert_eq!(schemes, ["NTLM"]);
    // This proxy answers to no NTLM: that is no refusal of the password.
    assert!(matches!(outcome, Err(Error::NoCommonScheme { .. })), "{outcome:?}");
}

#[tokio::test]
async fn negotiate_that_is_refused_for_its_ntlm_makes_room_for_basic() {
    let refusal =
        "HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate, Basic realm=x\r\nContent-Length: 0\r\n\r\n";
    let (schemes, outcome) = tried(refusal).await;
    assert_eq!(schemes, after_negotiate(&["Basic"]));
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[tokio::test]
async fn negotiate_alone_closes_no_latch_without_kerberos() {
    let (schemes, outcome) =
        tried("HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n").await;
    assert_eq!(schemes, after_negotiate(&[]));
    assert!(
        matches!(&outcome, Err(Error::NoCommonScheme { offered, source: Some(_), .. }) if offered == &["Negotiate"]),
        "{outcome:?}"
    );
}
