//! A wrong password costs one failed login, whoever asks.
use std::sync::atomic::Ordering::SeqCst;

use proxy_config::{
    Dialer, Error, Findings, HopLogin, Login, Mode, ProxySettings, SharedHealth, StageName, client, diagnose,
};
use tokio::task::JoinSet;

use crate::proxy::{PLAIN, Proxy, alice};
use crate::target::Target;

#[tokio::test(flavor = "multi_thread")]
async fn thirty_at_once_and_then_everybody_else_cost_one_failed_login() {
    let (target, proxy) = (Target::start().await, Proxy::start(PLAIN).await);
    let health = SharedHealth::new(Default::default());
    let (wrong, route) = (alice("wrong"), proxy.route(HopLogin::Password));
    let dialer = Dialer::new(Some(&wrong), &target.trust, &health).unwrap();
    let mut polls = JoinSet::new();
    for _ in 0..30 {
        let (dialer, route, port) = (dialer.clone(), route.clone(), target.address.port());
        polls.spawn(async move { dialer.connect(&route, "127.0.0.1", port).await.map(drop) });
    }
    let errors: Vec<_> = polls.join_all().await.into_iter().map(Result::unwrap_err).collect();
    assert_eq!(errors.iter().filter(|error| matches!(error, Error::LoginRefused { .. })).count(), 1);
    assert_eq!(errors.iter().filter(|error| matches!(error, Error::LatchClosed { .. })).count(), 29);

    let http = client(&route, Some(&wrong), &target.trust, &health).await.unwrap();
    http.client().get(target.url()).send().await.unwrap_err();
    assert!(matches!(&*http.last_proxy_error().unwrap(), Error::LatchClosed { .. }));
    let settings = ProxySettings {
        mode: Mode::Manual,
        address: Some(proxy.server().to_string()),
        bypass: Vec::new(),
        login: Login::Password,
        user: Some("alice".into()),
        ..ProxySettings::default()
    };
    let findings = Findings::default();
    let report = diagnose(&settings, Some(&wrong), &target.trust, &findings, &target.url(), &health).await;
    assert_eq!(report.stages.last().unwrap().stage, StageName::Login);
    assert!(report.advice.unwrap().contains("latch is closed"));
    assert_eq!(proxy.failed_logins(), 1);

    health.open_latches();
    let right = alice("S3cret!pw");
    let report = diagnose(&settings, Some(&right), &target.trust, &findings, &target.url(), &health).await;
    assert!(report.ok, "{report}");
    assert_eq!(proxy.failed_logins(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_at_once_with_the_right_password_all_get_through() {
    let (target, proxy) = (Target::start().await, Proxy::start(PLAIN).await);
    let (right, health) = (alice("S3cret!pw"), SharedHealth::new(Default::default()));
    let http = client(&proxy.route(HopLogin::Password), Some(&right), &target.trust, &health).await.unwrap();
    let mut polls = JoinSet::new();
    for _ in 0..30 {
        let (client, url) = (http.client(), target.url());
        polls.spawn(async move { client.get(url).send().await.unwrap().text().await.unwrap() });
    }
    assert_eq!(polls.join_all().await, vec!["hello"; 30]);
    assert_eq!(proxy.counts.tunnels.load(SeqCst), 30);
    assert_eq!(http.last_proxy_error().map(|error| error.to_string()), None);
}
