//! GNOME and the desktops that share its settings: `gsettings list-recursively org.gnome.system.proxy`.
use std::collections::HashMap;

use super::{SystemSettings, address};

/// Reads what `gsettings` printed; `None` when no proxy is set.
pub(super) fn parse(text: &str) -> Option<SystemSettings> {
    let values: HashMap<(&str, &str), &str> = text
        .lines()
        .filter_map(|line| {
            let (schema, rest) = line.split_once(' ')?;
            let (key, value) = rest.split_once(' ')?;
            Some((
                (schema.strip_prefix("org.gnome.system.proxy")?.trim_start_matches('.'), key),
                value.trim(),
            ))
        })
        .collect();
    let get = |schema, key| values.get(&(schema, key)).copied().unwrap_or_default();
    let server = |schema, scheme| {
        address(scheme, unquoted(get(schema, "host")), get(schema, "port").parse().unwrap_or(0))
    };
    let settings = SystemSettings { source: "gnome".into(), ..SystemSettings::default() };
    match unquoted(get("", "mode")) {
        "auto" => {
            let script = unquoted(get("", "autoconfig-url"));
            (!script.is_empty()).then(|| SystemSettings { pac_url: Some(script.into()), ..settings })
        }
        "manual" => Some(SystemSettings {
            http: server("http", "http"),
            https: server("https", "http"),
            socks: server("socks", "socks5"),
            bypass: list(get("", "ignore-hosts")),
            ..settings
        }),
        _ => None,
    }
}

/// A text in GVariant's notation; escapes do not occur in hosts.
fn unquoted(value: &str) -> &str {
    value.trim().trim_matches(['\'', '"'])
}

/// `['a', 'b']`, or `@as []`.
fn list(value: &str) -> Vec<String> {
    let inside = value.trim_start_matches("@as").trim().trim_start_matches('[').trim_end_matches(']');
    inside.split(',').map(unquoted).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANUAL: &str = "org.gnome.system.proxy autoconfig-url 'http://old.corp/x.pac'
org.gnome.system.proxy ignore-hosts ['localhost', '127.0.0.0/8', '*.corp', '::1']
org.gnome.system.proxy mode 'manual'
org.gnome.system.proxy.http host 'p.corp'
org.gnome.system.proxy.http port 8080
org.gnome.system.proxy.https host ''
org.gnome.system.proxy.https port 0
org.gnome.system.proxy.socks host '2001:db8::1'
org.gnome.system.proxy.socks port 1081
";

    #[test]
    fn every_mode_is_read() {
        let manual = parse(MANUAL).unwrap();
        assert_eq!(manual.http.as_deref(), Some("http://p.corp:8080"));
        assert_eq!((manual.https, manual.socks.as_deref()), (None, Some("socks5://[2001:db8::1]:1081")));
        assert_eq!(
            (manual.pac_url, manual.bypass.join(" ")),
            (None, "localhost 127.0.0.0/8 *.corp ::1".into())
        );
        let auto = parse(&MANUAL.replace("'manual'", "'auto'")).unwrap();
        assert_eq!((auto.pac_url.as_deref(), auto.http), (Some("http://old.corp/x.pac"), None));
        for nothing in ["", "nonsense", &MANUAL.replace("'manual'", "'none'")] {
            assert_eq!(parse(nothing), None);
        }
        let detect = MANUAL.replace("'manual'", "'auto'").replace("'http://old.corp/x.pac'", "''");
        assert_eq!(parse(&detect), None, "left to WPAD");
        assert!(list("@as []").is_empty());
    }
}
