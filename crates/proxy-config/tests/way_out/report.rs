//! The connection report: the failing stage, and what to do.
use proxy_config::StageName::{
    Answer, Login as LoginStage, Name, Reach, Route, Scheme, Settings, Tls, Tunnel,
};
use proxy_config::{
    Findings, Login, Mode, ProxySettings, Report, SharedHealth, StageName, TlsTrust, diagnose,
};

use crate::proxy::{PLAIN, Proxy, Refusal, alice};
use crate::target::Target;

fn manual(address: &str, login: Login) -> ProxySettings {
    let address = Some(address.to_owned());
    ProxySettings {
        mode: Mode::Manual,
        address,
        bypass: Vec::new(),
        login,
        user: Some("alice".into()),
        ..ProxySettings::default()
    }
}

async fn report(settings: &ProxySettings, password: &str, target: &Target, trust: &TlsTrust) -> Report {
    let health = SharedHealth::new(Default::default());
    diagnose(settings, Some(&alice(password)), trust, &Findings::default(), &target.url(), &health).await
}

fn stages(report: &Report) -> Vec<StageName> {
    report.stages.iter().map(|stage| stage.stage).collect()
}

#[tokio::test]
async fn the_whole_way_is_told_stage_by_stage() {
    let (target, proxy) = (Target::start().await, Proxy::start(PLAIN).await);
    let settings = manual(&proxy.server().to_string(), Login::Password);
    let report = report(&settings, "S3cret!pw", &target, &target.trust).await;
    assert!(report.ok && report.advice.is_none(), "{report}");
    assert_eq!(stages(&report), [Settings, Route, Name, Reach, Scheme, LoginStage, Tunnel, Tls, Answer]);
    let text = report.to_string();
    for word in ["mode is manual", "Basic taken", "unencrypted", "CN=Test Authority", "HTTP status 200"] {
        assert!(text.contains(word), "{word} in {text}");
    }
    assert!(!text.contains("S3cret"));
}

#[tokio::test]
async fn a_direct_way_has_no_proxy_stages() {
    let target = Target::start().await;
    let settings = ProxySettings { mode: Mode::Direct, ..ProxySettings::default() };
    let report = report(&settings, "", &target, &target.trust).await;
    assert_eq!(stages(&report), [Settings, Route, Name, Reach, Tls, Answer], "{report}");
}

#[tokio::test]
async fn each_fault_fails_its_own_stage_with_advice() {
    let target = Target::start().await;
    let basic = Proxy::start(PLAIN).await.server().to_string();
    let lets_in = Proxy::start(Refusal::LetsIn).await.server().to_string();
    let forbids = Proxy::start(Refusal::Says("HTTP/1.1 403 Forbidden\r\n\r\n")).await.server().to_string();
    let stranger = Proxy::start(Refusal::Says("SSH-2.0-x\r\n")).await.server().to_string();
    let fails = "HTTP/1.1 503 Service Unavailable\r\nX-Squid-Error: ERR_CONNECT_FAIL 111\r\nContent-Length: 0\r\n\r\n";
    let fails = Proxy::start(Refusal::Says(fails)).await.server().to_string();
    let to_target = target.url()[url::Position::BeforeHost..url::Position::AfterPort].to_owned();
    let own = &target.trust;
    let system = &TlsTrust::default();
    let table: [(&str, Login, &TlsTrust, StageName, &str); 10] = [
        ("proxy.example.test", Login::None, own, Settings, "port is missing"),
        ("no-such-host.invalid:3128", Login::None, own, Name, "DNS"),
        ("127.0.0.1:1", Login::None, own, Reach, "firewall"),
        (&basic, Login::None, own, Scheme, "offers Basic"),
        (&basic, Login::Password, own, LoginStage, "Check user name"),
        (&forbids, Login::None, own, Tunnel, "allow this computer"),
        (&fails, Login::None, own, StageName::Target, &to_target),
        (&stranger, Login::None, own, Tunnel, "no proxy"),
        (&lets_in, Login::None, system, Tls, "inspecting proxy"),
        ("ftp://127.0.0.1:1", Login::None, own, Settings, "scheme"),
    ];
    for (address, login, trust, stage, word) in table {
        let report = report(&manual(address, login), "wrong", &target, trust).await;
        let last = report.stages.last().unwrap();
        assert!(!report.ok && !last.ok && last.stage == stage, "{address}: {report}");
        assert!(report.advice.as_ref().unwrap().contains(word), "{address}: {report}");
        assert!(stage != Tls || last.detail.contains("CN=Test Authority"), "{report}");
        assert!(!report.to_string().contains("wrong"), "{report}");
    }
}
