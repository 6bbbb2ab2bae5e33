//! The bypass list of the settings.
use proxy_config::{Error, Findings, Mode, ProxySettings};

use crate::{route, way};

fn settings(list: &str) -> ProxySettings {
    let (address, bypass) = (Some("p.corp:8080".into()), vec![list.into()]);
    ProxySettings { mode: Mode::Manual, address, bypass, ..ProxySettings::default() }
}

#[test]
fn every_kind_of_entry_matches_what_it_names_and_nothing_else() {
    // List, targets that are reached directly, targets that are not.
    let table = [
        ("corp", "corp a.corp A.CORP. a.b.corp", "notcorp corp.test"),
        (".corp", "corp a.corp", "notcorp"),
        ("*.corp", "a.corp a.b.corp", "corp notcorp"),
        ("a.corp.", "a.corp x.a.corp", "b.corp"),
        ("*", "a.test 10.0.0.1 [::1]", ""),
        ("a.test,*", "b.test", ""),
        (
            "<local>",
            "intranet localhost a.localhost 127.0.0.1 127.9.9.9 [::1]",
            "a.corp 10.0.0.1 [2001:db8::1]",
        ),
        ("<LOCAL>", "intranet", "a.corp"),
        ("10.1.2.3", "10.1.2.3", "10.1.2.4 a.corp"),
        ("10.0.0.0/8", "10.255.1.2 [::ffff:10.1.2.3]", "11.0.0.1"),
        ("10.1.2.3/8", "10.9.9.9", "11.0.0.1"),
        ("192.168.*", "192.168.1.1", "192.169.1.1"),
        ("[::1]", "[::1]", "[::2]"),
        ("2001:db8::/32", "[2001:db8::1]", "[2001:db9::1]"),
        ("fe80::1", "[fe80::1]", "[fe80::2]"),
        ("a.corp:8443", "a.corp:8443 x.a.corp:8443", "a.corp a.corp:444"),
        ("[::1]:8443", "[::1]:8443", "[::1]"),
        ("10.0.0.0/8:8443", "10.1.1.1:8443", "10.1.1.1"),
        ("*:8443", "a.test:8443", "a.test"),
        ("a.test;b.test c.test\td.test", "a.test b.test c.test d.test", "e.test"),
        ("", "", "a.test localhost"),
    ];
    for (list, direct, through) in table {
        for (targets, expected) in [(direct, "direct"), (through, "http://p.corp:8080")] {
            for target in targets.split_whitespace() {
                let url = format!("https://{target}/");
                assert_eq!(way(&settings(list), &Findings::default(), &url), expected, "{list}: {target}");
            }
        }
    }
}

#[test]
fn an_entry_that_cannot_be_read_is_an_error_of_its_own() {
    for entry in
        ["a..b", "a.corp:0x50", "a.corp:99999", "http://a.corp", "a/b", "10.0.0.0/33", "<remote>", ":80"]
    {
        let outcome =
            route(&settings(&format!("good.test,{entry}")), &Findings::default(), "https://a.test/");
        assert!(
            matches!(&outcome, Err(Error::BadBypass { entry: shown }) if shown == entry),
            "{entry}: {outcome:?}"
        );
    }
}
