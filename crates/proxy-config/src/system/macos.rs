//! macOS: what `scutil --proxy` prints for the network in use.
use std::collections::HashMap;

use super::{SystemSettings, address};

/// Reads the dictionary; `None` when no proxy is set.
pub(super) fn parse(text: &str) -> Option<SystemSettings> {
    let (mut values, mut bypass, mut in_list) = (HashMap::new(), Vec::new(), false);
    for line in text.lines().map(str::trim) {
        match line.split_once(" : ") {
            Some(("ExceptionsList", _)) => in_list = true,
            Some((_, entry)) if in_list => bypass.push(entry.to_owned()),
            Some((key, value)) => drop(values.insert(key, value)),
            None => in_list &= line != "}",
        }
    }
    let get = |key: &str| values.get(key).copied().unwrap_or_default();
    let server = |name: &str, scheme| {
        let enabled = get(&format!("{name}Enable")) == "1";
        let port = get(&format!("{name}Port")).parse().unwrap_or(0);
        enabled.then(|| address(scheme, get(&format!("{name}Proxy")), port)).flatten()
    };
    if get("ExcludeSimpleHostnames") == "1" {
        bypass.push("<local>".into());
    }
    let script = get("ProxyAutoConfigURLString");
    let settings = SystemSettings {
        source: "macos".into(),
        pac_url: (get("ProxyAutoConfigEnable") == "1" && !script.is_empty()).then(|| script.into()),
        http: server("HTTP", "http"),
        https: server("HTTPS", "http"),
        socks: server("SOCKS", "socks5"),
        bypass,
        reversed: false,
    };
    let named = [&settings.pac_url, &settings.http, &settings.https, &settings.socks];
    named.iter().any(|value| value.is_some()).then_some(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DICTIONARY: &str = "<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
    1 : 169.254/16
  }
  ExcludeSimpleHostnames : 1
  HTTPEnable : 1
  HTTPPort : 8080
  HTTPProxy : p.corp
  HTTPSEnable : 0
  HTTPSPort : 8443
  HTTPSProxy : p.corp
  ProxyAutoConfigEnable : 0
  ProxyAutoConfigURLString : http://c.corp/x.pac
  SOCKSEnable : 1
  SOCKSPort : 1080
  SOCKSProxy : s.corp
}
";

    #[test]
    fn only_what_is_enabled_counts() {
        let settings = parse(DICTIONARY).unwrap();
        assert_eq!(settings.http.as_deref(), Some("http://p.corp:8080"));
        assert_eq!((settings.https, settings.socks.as_deref()), (None, Some("socks5://s.corp:1080")));
        assert_eq!(
            (settings.pac_url, settings.bypass.join(" ")),
            (None, "*.local 169.254/16 <local>".into())
        );
        let script = parse(&DICTIONARY.replace("ConfigEnable : 0", "ConfigEnable : 1")).unwrap();
        assert_eq!(script.pac_url.as_deref(), Some("http://c.corp/x.pac"));
        assert_eq!(parse(&DICTIONARY.replace("Enable : 1", "Enable : 0")), None);
        assert_eq!(parse("<dictionary> {\n}\n"), None);
    }
}
