//! The environment, by curl's rules.
use proxy_config::{Environment, Error, Findings, Hop, HopLogin, ProxySettings, Why};
use secrecy::ExposeSecret;

use crate::{route, way};

type Variables = &'static [(&'static str, &'static str)];

fn findings(variables: &[(&str, &str)]) -> Findings {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Findings { environment: Environment::new(variables), ..Findings::default() }
}

#[test]
fn exceptions_match_as_in_curls_own_table() {
    const ALL: &str = "localhost .example.com .example.de";
    let table = [
        ("www.example.com", ALL, true),
        ("www.example.com.", ALL, true),
        ("example.com", ALL, true),
        ("example.com.", ALL, true),
        ("www.example.com", "localhost, .example.com, .example.de", true),
        ("example.com", "localhost,example.com,example.de", true),
        ("www.example.com", "www.example.com.", true),
        ("127.0.0.1", "127.0.0.1,localhost", true),
        ("127.0.0.1", "127.0.0.1,localhost,", true),
        ("127.0.0.1", "127.0.0.1/8,localhost,", true),
        ("127.0.0.1", "127.0.0.1/28,localhost,", true),
        ("127.0.0.1", "127.0.0.1/31,localhost,", true),
        ("127.0.0.1", "localhost,127.0.0.1", true),
        ("127.0.0.1", "localhost,127.0.0.1.127.0.0.1.127.0.0.1", false),
        ("localhost", "localhost,127.0.0.1", true),
        ("localhost", "127.0.0.1,localhost", true),
        ("foobar", "barfoo", false),
        ("foobar", "foobar", true),
        ("192.168.0.1", "foobar", false),
        ("192.168.0.1", "192.168.0.0/16", true),
        ("192.168.0.1", "192.168.0.0/24", true),
        ("192.168.0.1", "192.168.0.0/32", false),
        ("192.168.0.1", "192.168.0.1/32", true),
        ("192.168.0.1", "192.168.0.1/33", false),
        ("192.168.1.1", "192.168.0.0/24", false),
        ("192.168.1.1", "foo, bar, 192.168.0.0/24", false),
        ("192.168.1.1", "foo, bar, 192.168.0.0/16", true),
        ("[::1]", "foo, bar, 192.168.0.0/16", false),
        ("[::1]", "foo, bar, ::1/64", true),
        ("[::1]", "::1/64", true),
        ("[::1]", "::1/96", true),
        ("[::1]", "::1/126", true),
        ("[::1]", "::1/127", true),
        ("[::1]", "::1/128", true),
        ("[::1]", "::1/129", false),
        ("[::1]", "[::1]", true),
        ("bar", "foo, bar, ::1/64", true),
        ("BAr", "foo, bar, ::1/64", true),
        ("BAr", "foo,,,,,              bar, ::1/64", true),
        ("www.example.com", "foo, .example.com", true),
        ("www.example.com", "www2.example.com, .example.net", false),
        ("example.com", ".example.com, .example.net", true),
        ("nonexample.com", ".example.com, .example.net", false),
        ("www.example.com", "*", true),
        ("www.example.com", "*.example.com", false), // no wildcards but a lone star
        ("www.example.com", "foo,*", false),
        ("www.example.com", "", false),
    ];
    for (host, list, direct) in table {
        let findings = findings(&[("https_proxy", "http://p.corp:3128"), ("no_proxy", list)]);
        let expected = if direct { "direct" } else { "http://p.corp:3128" };
        assert_eq!(
            way(&ProxySettings::default(), &findings, &format!("https://{host}/")),
            expected,
            "{host}: {list}"
        );
    }
}

#[test]
fn variables_are_looked_at_in_curls_order() {
    let table: [(Variables, &str, &str); 11] = [
        (&[("https_proxy", "a:1"), ("HTTPS_PROXY", "b:2")], "https://x.test/", "http://a:1"),
        (&[("HTTPS_PROXY", "b:2"), ("all_proxy", "c:3")], "https://x.test/", "http://b:2"),
        (&[("all_proxy", "c:3"), ("ALL_PROXY", "d:4")], "https://x.test/", "http://c:3"),
        (&[("ALL_PROXY", "socks5h://d")], "https://x.test/", "socks5://d:1080"),
        (&[("https_proxy", "")], "https://x.test/", "direct"),
        (&[("https_proxy", ""), ("ALL_PROXY", "d:4")], "https://x.test/", "http://d:4"),
        (&[("https_proxy", "a:1")], "http://x.test/", "direct"),
        (&[("http_proxy", "a:1")], "http://x.test/", "http://a:1"),
        (&[("HTTP_PROXY", "a:1")], "http://x.test/", "direct"), // set from a request header in CGI programs
        (
            &[("https_proxy", "a:1"), ("no_proxy", "x.test"), ("NO_PROXY", "y.test")],
            "https://y.test/",
            "http://a:1",
        ),
        (&[("https_proxy", "a:1"), ("NO_PROXY", "y.test")], "https://y.test/", "direct"),
    ];
    for (variables, url, expected) in table {
        assert_eq!(
            way(&ProxySettings::default(), &findings(variables), url),
            expected,
            "{variables:?} {url}"
        );
    }
}

#[test]
fn the_user_of_a_proxy_url_is_decoded_and_shown_nowhere() {
    let findings = findings(&[("https_proxy", "http://al%40ice:S3cret%21pw@p.corp:3128")]);
    let route = route(&ProxySettings::default(), &findings, "https://x.test/").unwrap();
    let [Hop::Proxy { login: HopLogin::FromUrl(credentials), .. }] = &route.hops[..] else {
        panic!("{route:?}")
    };
    assert_eq!((&*credentials.user, &*credentials.domain), ("al", "ice"));
    assert_eq!(route.why, Why::Environment { variable: "https_proxy".into() });
    assert!(!format!("{route:?} {findings:?}").contains("S3cret"));
}

#[test]
fn the_host_of_a_proxy_url_begins_after_the_last_at_sign() {
    for (value, user, password) in [
        ("http://al@ice:pw@p.corp:3128", ("al", "ice"), "pw"),
        ("http://alice:p@ss@p.corp:3128/", ("alice", ""), "p@ss"),
        ("alice:p@s:s@p.corp:3128", ("alice", ""), "p@s:s"),
    ] {
        let route = route(&ProxySettings::default(), &findings(&[("https_proxy", value)]), "https://x.test/");
        let [Hop::Proxy { login: HopLogin::FromUrl(found), server }] = &route.unwrap().hops[..] else {
            panic!("{value}")
        };
        assert_eq!(server.to_string(), "http://p.corp:3128", "{value}");
        assert_eq!((&*found.user, &*found.domain), user, "{value}");
        assert_eq!(found.password.expose_secret(), password, "{value}");
    }
}

#[test]
fn a_variable_that_cannot_be_read_is_an_error_without_its_password() {
    for value in [
        "ftp://u:S3cret@p.corp:1",
        "http://u:S3cret@p.corp:99999",
        "http://u:S3cret@p.corp:1/path",
        "http://",
    ] {
        let outcome =
            route(&ProxySettings::default(), &findings(&[("https_proxy", value)]), "https://x.test/");
        let Err(error @ Error::BadAddress { .. }) = outcome else { panic!("{value}: {outcome:?}") };
        assert!(!format!("{error} {error:?}").contains("S3cret"), "{error:?}");
    }
}
