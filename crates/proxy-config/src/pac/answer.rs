//! What a PAC script answers: `PROXY a:80; SOCKS5 b; DIRECT`.
use crate::{Error, Hop, HopLogin, Protocol, ProxyServer};

/// More entries than this are not read.
const MAX_ENTRIES: usize = 32;

/// Reads the answer of a script. Blanks and case do not matter; an empty answer means direct.
///
/// `PROXY` and `HTTP` default to port 80, `HTTPS` to 443, `SOCKS`, `SOCKS4` and `SOCKS5` to 1080; `SOCKS` is version 4.
///
/// # Errors
/// [`Error::ScriptAnswer`] when no entry can be read: an answer that is wrong is never taken for direct.
pub(crate) fn hops(answer: &str, login: &HopLogin) -> Result<Vec<Hop>, Error> {
    let entries: Vec<_> = answer.split(';').map(str::trim).filter(|entry| !entry.is_empty()).collect();
    if entries.is_empty() {
        return Ok(vec![Hop::Direct]);
    }
    let hops: Vec<_> = entries.into_iter().take(MAX_ENTRIES).filter_map(|entry| hop(entry, login)).collect();
    if hops.is_empty() {
        return Err(Error::ScriptAnswer {
            answer: answer.chars().filter(|c| !c.is_control()).take(200).collect(),
        });
    }
    Ok(hops)
}

fn hop(entry: &str, login: &HopLogin) -> Option<Hop> {
    let (kind, address) = entry.split_once(|c: char| c.is_whitespace()).unwrap_or((entry, ""));
    let protocol = match &*kind.to_ascii_uppercase() {
        "DIRECT" => return address.is_empty().then_some(Hop::Direct),
        "PROXY" | "HTTP" => Protocol::Http,
        "HTTPS" => Protocol::Https,
        "SOCKS" | "SOCKS4" => Protocol::Socks4,
        "SOCKS5" => Protocol::Socks5,
        _ => return None,
    };
    let url = format!("{}://{}", protocol.scheme(), address.trim());
    let (server, user_info) = ProxyServer::with_user_info(&url, Some(protocol.default_port())).ok()?;
    user_info.is_none().then(|| Hop::Proxy { server, login: login.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_answer_is_read() {
        for (answer, expected) in [
            ("", "direct"),
            (" ; ", "direct"),
            ("DIRECT", "direct"),
            ("direct", "direct"),
            ("PROXY a.test:8080", "http://a.test:8080"),
            ("proxy  a.test ;;DIRECT", "http://a.test:80 direct"),
            ("HTTP a.test:1;HTTPS b.test", "http://a.test:1 https://b.test:443"),
            (
                "SOCKS a.test; SOCKS4 b.test:1; SOCKS5 c.test",
                "socks4://a.test:1080 socks4://b.test:1 socks5://c.test:1080",
            ),
            ("PROXY [::1]:3128", "http://[::1]:3128"),
            ("QUIC a.test:443; PROXY b.test:1", "http://b.test:1"),
            ("PROXY u:p@a.test:1; DIRECT", "direct"),
        ] {
            let hops = hops(answer, &HopLogin::None).unwrap();
            let shown: Vec<_> = hops.iter().map(ToString::to_string).collect();
            assert_eq!(shown.join(" "), expected, "{answer}");
        }
    }

    #[test]
    fn an_answer_without_a_single_readable_entry_is_an_error() {
        for answer in
            ["PROXY", "PROXY a.test:0", "PROXY a.test:70000", "nonsense", "DIRECT a.test:80", "PROXY a b c"]
        {
            assert!(matches!(hops(answer, &HopLogin::None), Err(Error::ScriptAnswer { .. })), "{answer}");
        }
    }
}
