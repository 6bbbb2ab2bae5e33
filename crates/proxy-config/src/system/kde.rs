//! KDE: the group `[Proxy Settings]` of `kioslaverc`.
use super::SystemSettings;

/// Reads the file; `None` when no proxy is set, or when KDE itself looks at the environment.
pub(super) fn parse(text: &str) -> Option<SystemSettings> {
    let mut inside = false;
    let mut settings = SystemSettings { source: "kde".into(), ..SystemSettings::default() };
    let (mut kind, mut script) = ("", "");
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line == "[Proxy Settings]";
            continue;
        }
        let Some((key, value)) = line.split_once('=').filter(|_| inside) else { continue };
        // A key may carry a marker such as `[$e]`.
        let key = key.split('[').next().unwrap_or_default().trim();
        match (key, value.trim()) {
            ("ProxyType", value) => kind = value,
            ("Proxy Config Script", value) => script = value,
            ("ReversedException", value) => settings.reversed = value == "true",
            ("NoProxyFor", value) => {
                settings.bypass = value.split(',').map(|entry| entry.trim().into()).collect()
            }
            ("httpProxy", value) => settings.http = server(value, "http"),
            ("httpsProxy", value) => settings.https = server(value, "http"),
            ("socksProxy", value) => settings.socks = server(value, "socks5"),
            _ => {}
        }
    }
    match kind {
        "1" => Some(settings),
        "2" if !script.is_empty() => Some(SystemSettings {
            source: settings.source,
            pac_url: Some(script.into()),
            ..SystemSettings::default()
        }),
        _ => None,
    }
}

/// `http://host 8080`, `http://host:8080` or `host:8080`; the scheme is that of the target, but for SOCKS.
fn server(value: &str, scheme: &str) -> Option<String> {
    let bare = value.split_once("://").map_or(value, |(_, rest)| rest).trim().trim_end_matches('/');
    let joined = bare.split_whitespace().collect::<Vec<_>>().join(":");
    (!joined.is_empty()).then(|| format!("{scheme}://{joined}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANUAL: &str = "[Other]\nProxyType=2\n[Proxy Settings]\nNoProxyFor[$e]=localhost, .corp\nProxy Config Script=http://old.corp/x.pac
ProxyType=1\nhttpProxy=http://p.corp 8080\nhttpsProxy=https://p.corp:8443/\nsocksProxy=socks://s.corp 1081\n[After]\nhttpProxy=x\n";

    #[test]
    fn every_type_is_read() {
        let manual = parse(MANUAL).unwrap();
        assert_eq!(manual.http.as_deref(), Some("http://p.corp:8080"));
        assert_eq!(manual.https.as_deref(), Some("http://p.corp:8443"));
        assert_eq!(manual.socks.as_deref(), Some("socks5://s.corp:1081"));
        assert_eq!((&manual.pac_url, manual.bypass.join(" ")), (&None, "localhost .corp".into()));
        let script = parse(&MANUAL.replace("ProxyType=1", "ProxyType=2")).unwrap();
        assert_eq!((script.pac_url.as_deref(), script.http), (Some("http://old.corp/x.pac"), None));
        for other in ["ProxyType=0", "ProxyType=3", "ProxyType=4", ""] {
            assert_eq!(parse(&MANUAL.replace("ProxyType=1", other)), None, "{other}");
        }
        let reversed = MANUAL.replace("ProxyType=1", "ProxyType=1\nReversedException=true");
        let reversed = parse(&reversed).unwrap();
        assert!(reversed.reversed && !manual.reversed);
        assert_eq!(reversed.bypass, manual.bypass);
    }
}
