//! Which source wins, and how a proxy that failed moves back.
use proxy_config::{
    Environment, Error, Findings, Health, Mode, PENALTY, ProxySettings, ScriptAnswer, SystemSettings, Why,
    decide,
};

use crate::{route, way};

fn everything() -> Findings {
    Findings {
        environment: Environment::new([("https_proxy".to_owned(), "env:1".to_owned())]),
        system: Some(SystemSettings {
            source: "gnome".into(),
            https: Some("sys:2".into()),
            ..SystemSettings::default()
        }),
        script: Some(ScriptAnswer {
            location: "x.pac".into(),
            answer: "PROXY pac:3; PROXY spare:4; DIRECT".into(),
        }),
    }
}

#[test]
fn script_environment_and_system_come_in_this_order() {
    let automatic = ProxySettings::default();
    let mut findings = everything();
    assert_eq!(way(&automatic, &findings, "https://a.test/"), "http://pac:3 http://spare:4 direct");
    findings.script = None;
    assert_eq!(way(&automatic, &findings, "https://a.test/"), "http://env:1");
    findings.environment = Environment::default();
    let found = route(&automatic, &findings, "https://a.test/").unwrap();
    assert_eq!(
        (found.hops[0].to_string(), found.why),
        ("http://sys:2".into(), Why::System { source: "gnome".into() })
    );
    findings.system = None;
    assert_eq!(route(&automatic, &findings, "https://a.test/").unwrap().why, Why::NothingFound);
    let direct = ProxySettings { mode: Mode::Direct, ..ProxySettings::default() };
    assert_eq!(way(&direct, &everything(), "https://a.test/"), "direct");
}

#[test]
fn the_systems_settings_serve_each_scheme_and_their_exceptions() {
    let system = SystemSettings {
        source: "windows".into(),
        http: Some("a:80".into()),
        socks: Some("socks4://c".into()),
        bypass: vec!["*.corp;<local>; what is:this?".into()],
        ..SystemSettings::default()
    };
    let findings = Findings { system: Some(system.clone()), ..Findings::default() };
    let automatic = ProxySettings::default();
    assert_eq!(way(&automatic, &findings, "http://a.test/"), "http://a:80");
    assert_eq!(way(&automatic, &findings, "https://a.test/"), "socks4://c:1080");
    let bypass = route(&automatic, &findings, "https://a.corp/").unwrap();
    assert_eq!(
        (bypass.hops[0].to_string(), bypass.why),
        ("direct".into(), Why::SystemBypass { entry: "*.corp".into() })
    );

    let bad = SystemSettings { socks: Some("ftp://c:1".into()), http: None, ..system.clone() };
    let outcome =
        route(&automatic, &Findings { system: Some(bad), ..Findings::default() }, "https://a.test/");
    assert!(matches!(outcome, Err(Error::BadAddress { .. })), "{outcome:?}");
    let script = SystemSettings { pac_url: Some("http://c.corp/x.pac".into()), ..system };
    let outcome =
        route(&automatic, &Findings { system: Some(script), ..Findings::default() }, "https://a.test/");
    assert!(
        matches!(outcome, Err(Error::ScriptUnavailable { .. })),
        "a script that was not run is never direct: {outcome:?}"
    );
}

#[test]
fn a_reversed_list_names_the_only_targets_of_the_proxy() {
    let system = |list: &str| SystemSettings {
        source: "kde".into(),
        https: Some("a:80".into()),
        bypass: vec![list.into()],
        reversed: true,
        ..SystemSettings::default()
    };
    let found = |list, url| {
        let findings = Findings { system: Some(system(list)), ..Findings::default() };
        route(&ProxySettings::default(), &findings, url).unwrap()
    };
    assert_eq!(found(".corp", "https://a.corp/").hops[0].to_string(), "http://a:80");
    let left_out = found(".corp", "https://a.test/");
    let why = Why::SystemLeavesOut { source: "kde".into() };
    assert_eq!((left_out.hops[0].to_string(), left_out.why), ("direct".into(), why));
    assert_eq!(found("", "https://a.corp/").hops[0].to_string(), "direct");
    assert_eq!(found(".corp what is:this?", "https://a.test/").hops[0].to_string(), "http://a:80");
}

#[test]
fn a_proxy_that_failed_is_tried_last_for_five_minutes() {
    let (mut health, failed_at) = (Health::default(), Default::default());
    health.note_failure(&"pac:3".parse().unwrap(), failed_at);
    let at = |now| {
        let url = "https://a.test/".parse().unwrap();
        let route = decide(&ProxySettings::default(), &everything(), &url, now, &health).unwrap();
        route.hops.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(at(failed_at), "http://spare:4 direct http://pac:3");
    assert_eq!(at(failed_at + PENALTY - chrono::TimeDelta::seconds(1)), "http://spare:4 direct http://pac:3");
    assert_eq!(at(failed_at + PENALTY), "http://pac:3 http://spare:4 direct");
}
