//! Whose fault it is that a proxy opens no tunnel: by its status, and by headers that say more.
use super::challenge::split_outside_quotes;

/// Longest code that is taken over.
const MAX_CODE: usize = 60;
/// Beginnings of the codes that tell of the way behind the proxy: the error types of RFC 9209, section 2.3, and squid's.
const BEHIND: [&str; 11] = [
    "dns_",
    "destination_not_found",
    "destination_unavailable",
    "destination_ip_unroutable",
    "connection_refused",
    "connection_terminated",
    "connection_timeout",
    "ERR_CONNECT_FAIL",
    "ERR_DNS_FAIL",
    "ERR_CANNOT_FORWARD",
    "ERR_GATEWAY_FAILURE",
];

/// The code in `Proxy-Status` (RFC 9209) or `X-Squid-Error`.
pub(super) fn read(
    proxy_status: impl Iterator<Item = String>,
    squid: impl Iterator<Item = String>,
) -> Option<String> {
    let standard = proxy_status.filter_map(|value| {
        let mut parts = split_outside_quotes(&value, &[',', ';']).into_iter();
        parts.find_map(|part| part.trim().strip_prefix("error=").map(str::to_owned))
    });
    let code = standard.chain(squid).next()?;
    let code: String = code.chars().filter(|c| !c.is_control()).take(MAX_CODE).collect();
    Some(code.trim().to_owned()).filter(|code| !code.is_empty())
}

/// Whether the proxy let us in and could not reach the target. Without a code 502, 503 and 504 say so (RFC 9110, section
/// 15.6): proxies have no other status for it.
pub(super) fn is_about_the_target(status: u16, code: Option<&str>) -> bool {
    match code {
        _ if !(500..=599).contains(&status) => false,
        Some(code) => BEHIND.iter().any(|beginning| code.starts_with(beginning)),
        None => (502..=504).contains(&status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_behind_the_proxy_is_told_from_the_proxy() {
        for (status, proxy_status, squid, expected) in [
            (503, None, None, true),
            (502, None, None, true),
            (504, None, None, true),
            (500, None, None, false),
            (403, None, None, false),
            (503, None, Some("ERR_CONNECT_FAIL 111"), true),
            (503, None, Some("ERR_DNS_FAIL 0"), true),
            (503, None, Some("ERR_SHUTTING_DOWN 0"), false),
            (403, None, Some("ERR_ACCESS_DENIED 0"), false),
            (403, None, Some("ERR_CONNECT_FAIL 111"), false),
            (500, Some("x; error=dns_timeout"), None, true),
            (502, Some("a, \"x; error=dns_error\"; error=proxy_internal_error"), None, false),
            (502, Some("a;details=\"b\" ;error=connection_refused"), Some("ERR_SHUTTING_DOWN 0"), true),
            (502, Some("a; received-status=200"), None, true),
            (502, Some("a; error=destination_ip_prohibited"), None, false),
            (502, Some("a; error="), None, true),
        ] {
            let list = |value: Option<&str>| value.map(str::to_owned).into_iter();
            let code = read(list(proxy_status), list(squid));
            let about = is_about_the_target(status, code.as_deref());
            assert_eq!(about, expected, "{status} {proxy_status:?} {squid:?}");
        }
    }

    #[test]
    fn a_code_is_cut_and_cleaned() {
        let code = read(std::iter::empty(), std::iter::once(format!("ERR\x07_{}", "X".repeat(900))));
        assert_eq!(code, Some(format!("ERR_{}", "X".repeat(MAX_CODE - 4))));
    }
}
