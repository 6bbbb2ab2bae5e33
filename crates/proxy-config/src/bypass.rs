//! Lists of targets that are reached without the proxy.
use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

use crate::Error;

/// A parsed list of exceptions.
#[derive(Clone, Debug, Default)]
pub(crate) struct BypassList(Vec<Entry>);

#[derive(Clone, Debug)]
struct Entry {
    /// As written, for the report.
    text: String,
    pattern: Pattern,
    /// Only this port; `None` = any.
    port: Option<u16>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Pattern {
    Everything,
    /// Names without a dot, localhost and loopback addresses.
    Local,
    /// The domain and what is below.
    Domain(String),
    /// A name or address with `*` in it.
    Wildcard(String),
    Network(IpNet),
}

impl BypassList {
    /// The list of the settings.
    pub(crate) fn manual(list: &[String]) -> Result<Self, Error> {
        texts(list).map(entry).collect::<Result<_, _>>().map(Self)
    }

    /// The list of the system: what cannot be read is passed over.
    pub(crate) fn readable(list: &[String]) -> Self {
        Self(texts(list).filter_map(|text| entry(text).ok()).collect())
    }

    /// The environment's list, by curl's rules: no ports, and no wildcard but `*` as the whole list.
    pub(crate) fn curl(list: &str) -> Self {
        if list == "*" {
            return Self(vec![Entry { text: list.into(), pattern: Pattern::Everything, port: None }]);
        }
        let texts = list.split([',', ' ', '\t']).filter(|text| !text.is_empty());
        Self(texts.map(|text| Entry { text: text.into(), pattern: plain(text), port: None }).collect())
    }

    /// The first entry that matches `url`, as written.
    pub(crate) fn matching(&self, url: &Url) -> Option<&str> {
        let host = url.host()?;
        let port = url.port_or_known_default();
        let entry = self.0.iter().find(|entry| {
            entry.port.is_none_or(|wanted| Some(wanted) == port) && entry.pattern.matches(&host)
        })?;
        Some(&entry.text)
    }
}

impl Pattern {
    fn matches(&self, host: &Host<&str>) -> bool {
        let address: Option<IpAddr> = match *host {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.to_ipv4_mapped().map_or(address.into(), IpAddr::from)),
        };
        let name = match host {
            Host::Domain(name) => normal(name),
            _ => address.map(|address| address.to_string()).unwrap_or_default(),
        };
        match self {
            Self::Everything => true,
            Self::Local => match address {
                Some(address) => address.is_loopback(),
                None => !name.contains('.') || name.ends_with(".localhost"),
            },
            Self::Domain(domain) => match address {
                Some(_) => false,
                None => is_within(&name, domain),
            },
            Self::Wildcard(pattern) => matches_wildcard(pattern.as_bytes(), name.as_bytes()),
            Self::Network(network) => address.is_some_and(|address| network.contains(&address)),
        }
    }
}

/// The entries; one text may hold several.
fn texts(list: &[String]) -> impl Iterator<Item = &str> {
    list.iter().flat_map(|text| text.split([',', ';', ' ', '\t', '\r', '\n'])).filter(|text| !text.is_empty())
}

/// Whether `name` is `domain` or below it.
fn is_within(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// One entry of a list in Windows' manner.
fn entry(text: &str) -> Result<Entry, Error> {
    let bad = || Error::BadBypass { entry: text.into() };
    let (target, port) = split_port(text).ok_or_else(bad)?;
    let lower = target.to_ascii_lowercase();
    let pattern = match &*lower {
        "" => return Err(bad()),
        "*" => Pattern::Everything,
        "<local>" => Pattern::Local,
        wildcard if wildcard.contains('*') => Pattern::Wildcard(normal(wildcard)),
        _ => plain(target),
    };
    let readable = match &pattern {
        Pattern::Domain(name) => is_name(name),
        Pattern::Wildcard(name) => is_name(&name.replace('*', "x")),
        _ => true,
    };
    if readable { Ok(Entry { text: text.into(), pattern, port }) } else { Err(bad()) }
}

/// An address, a range or a domain.
fn plain(text: &str) -> Pattern {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    if let Ok(network) = bare.parse::<IpNet>() {
        return Pattern::Network(network);
    }
    match bare.parse::<IpAddr>() {
        Ok(address) => Pattern::Network(address.into()),
        Err(_) => Pattern::Domain(normal(text.strip_prefix('.').unwrap_or(text))),
    }
}

/// Splits `host:port`, `[::1]:port`, `range:port` and what has no port; `None` = the port is wrong.
fn split_port(text: &str) -> Option<(&str, Option<u16>)> {
    let is_ipv6 = text.matches(':').count() > 1 && !text.starts_with('[');
    match text.rsplit_once(':') {
        Some((target, port)) if !is_ipv6 && !port.contains(']') => Some((target, Some(port.parse().ok()?))),
        _ => Some((text, None)),
    }
}

fn is_name(name: &str) -> bool {
    let label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    name.split('.').all(label)
}

fn normal(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_lowercase()
}

/// `*` stands for any run of bytes. Linear in both: after a mismatch only the last star is moved.
fn matches_wildcard(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p) == Some(&text[t]) {
            (p, t) = (p + 1, t + 1);
        } else if let Some((at, from)) = star {
            star = Some((at, from + 1));
            (p, t) = (at + 1, from + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&byte| byte == b'*')
}
