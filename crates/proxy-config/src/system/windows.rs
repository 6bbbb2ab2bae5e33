//! Windows: Internet settings of the account that the process runs as, or of the computer where a policy says so.
use super::SystemSettings;

/// The values of the registry key `Internet Settings`.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub(super) proxy_enable: bool,
    pub(super) proxy_server: String,
    pub(super) proxy_override: String,
    pub(super) auto_config_url: String,
}

/// Reads the values; `None` when no proxy is set.
pub(super) fn parse(values: &Values) -> Option<SystemSettings> {
    let settings = SystemSettings { source: "windows".into(), ..SystemSettings::default() };
    let script = values.auto_config_url.trim();
    if !script.is_empty() {
        return Some(SystemSettings { pac_url: Some(script.into()), ..settings });
    }
    if !values.proxy_enable || values.proxy_server.trim().is_empty() {
        return None;
    }
    // `host:port` for everything, or `http=host:port;https=host:port;socks=host:port`.
    let mut settings = SystemSettings {
        bypass: values.proxy_override.split(';').map(|entry| entry.trim().to_owned()).collect(),
        ..settings
    };
    for part in values.proxy_server.split([';', ' ']).filter(|part| !part.is_empty()) {
        let (kind, server) = part.split_once('=').unwrap_or(("", part));
        let server = Some(server.to_owned());
        match &*kind.to_ascii_lowercase() {
            "" => (settings.http, settings.https) = (server.clone(), server),
            "http" => settings.http = server,
            "https" => settings.https = server,
            // Version 4, as Windows takes it.
            "socks" => settings.socks = server.map(|server| format!("socks4://{server}")),
            _ => {}
        }
    }
    Some(settings)
}

#[cfg(windows)]
pub(super) fn read() -> Option<SystemSettings> {
    use windows_registry::{CURRENT_USER, LOCAL_MACHINE};
    const SETTINGS: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
    const POLICY: &str = r"Software\Policies\Microsoft\Windows\CurrentVersion\Internet Settings";
    let per_user = LOCAL_MACHINE.open(POLICY).and_then(|key| key.get_u32("ProxySettingsPerUser"));
    let root = if per_user == Ok(0) { LOCAL_MACHINE } else { CURRENT_USER };
    parse(&values(&root.open(SETTINGS).ok()?))
}

#[cfg(windows)]
fn values(key: &windows_registry::Key) -> Values {
    let text = |name| key.get_string(name).unwrap_or_default();
    Values {
        proxy_enable: key.get_u32("ProxyEnable").is_ok_and(|enabled| enabled != 0),
        proxy_server: text("ProxyServer"),
        proxy_override: text("ProxyOverride"),
        auto_config_url: text("AutoConfigURL"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_values_is_read() {
        let values = |enabled, server: &str, script: &str| Values {
            proxy_enable: enabled,
            proxy_server: server.into(),
            proxy_override: "*.corp;10.*; <local>".into(),
            auto_config_url: script.into(),
        };
        let one = parse(&values(true, "p.corp:8080", "")).unwrap();
        assert_eq!((one.http.as_deref(), one.https.as_deref()), (Some("p.corp:8080"), Some("p.corp:8080")));
        assert_eq!(one.bypass, ["*.corp", "10.*", "<local>"]);
        let each = parse(&values(true, "http=a:80;https=b:443;ftp=c:21;socks=d:1080", "")).unwrap();
        assert_eq!((each.http.as_deref(), each.https.as_deref()), (Some("a:80"), Some("b:443")));
        assert_eq!(each.socks.as_deref(), Some("socks4://d:1080"));
        let script = parse(&values(true, "p.corp:8080", "http://c.corp/x.pac")).unwrap();
        assert_eq!((script.pac_url.as_deref(), script.http), (Some("http://c.corp/x.pac"), None));
        assert_eq!(parse(&values(false, "p.corp:8080", "")), None);
        assert_eq!(parse(&values(true, " ", "")), None);
    }

    /// Under a key of its own: nobody's settings are touched.
    #[cfg(windows)]
    #[test]
    fn values_come_from_the_registry() {
        use windows_registry::CURRENT_USER;
        let place = format!(r"Software\proxy-config test {}", std::process::id());
        let key = CURRENT_USER.create(&place).unwrap();
        assert_eq!(parse(&values(&key)), None, "nothing is set");
        key.set_u32("ProxyEnable", 1).unwrap();
        key.set_string("ProxyServer", "p.corp:8080").unwrap();
        key.set_string("ProxyOverride", "*.corp;<local>").unwrap();
        let manual = parse(&values(&key));
        key.set_string("AutoConfigURL", "http://c.corp/x.pac").unwrap();
        let script = parse(&values(&key));
        CURRENT_USER.remove_tree(&place).unwrap();
        let manual = manual.unwrap();
        assert_eq!((manual.https.as_deref(), manual.bypass.len()), (Some("p.corp:8080"), 2));
        assert_eq!(script.unwrap().pac_url.as_deref(), Some("http://c.corp/x.pac"));
    }
}
