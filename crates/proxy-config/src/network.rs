//! Which network this computer is in.
use std::net::{IpAddr, UdpSocket};

/// What differs between two networks: our addresses towards the Internet, and the DNS domains.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Network {
    addresses: Vec<IpAddr>,
    domains: Vec<String>,
}

impl Network {
    /// The one at this moment. Reads a small file, and sends nothing.
    pub(crate) fn now() -> Self {
        Self { addresses: my_addresses(), domains: domains() }
    }

    #[cfg(test)]
    pub(crate) fn of(address: &str, domain: &str) -> Self {
        Self { addresses: address.parse().into_iter().collect(), domains: vec![domain.into()] }
    }
}

/// The addresses that the system would use towards the Internet. Nothing is sent: connecting a UDP socket only picks a route.
pub(crate) fn my_addresses() -> Vec<IpAddr> {
    let towards = |local: &str, remote: &str| {
        let socket = UdpSocket::bind(local).ok()?;
        socket.connect(remote).ok()?;
        Some(socket.local_addr().ok()?.ip())
    };
    [towards("0.0.0.0:0", "192.0.2.1:9"), towards("[::]:0", "[2001:db8::1]:9")]
        .into_iter()
        .flatten()
        .collect()
}

/// The DNS domains of this computer.
#[cfg(unix)]
pub(crate) fn domains() -> Vec<String> {
    use std::io::Read;
    let mut text = String::new();
    if let Ok(file) = std::fs::File::open("/etc/resolv.conf") {
        let _ = file.take(64 * 1024).read_to_string(&mut text); // what was read so far counts
    }
    searched(&text)
}

/// `domain` and `search` of resolv.conf(5); the last line of these counts.
#[cfg(unix)]
fn searched(text: &str) -> Vec<String> {
    let mut lines =
        text.lines().filter_map(|line| line.strip_prefix("search").or(line.strip_prefix("domain")));
    let last = lines.rfind(|rest| rest.starts_with([' ', '\t'])).unwrap_or_default();
    last.split_whitespace().map(str::to_owned).collect()
}

/// The DNS domains of this computer.
#[cfg(windows)]
pub(crate) fn domains() -> Vec<String> {
    use windows_registry::LOCAL_MACHINE;
    let Ok(key) = LOCAL_MACHINE.open(r"SYSTEM\CurrentControlSet\Services\Tcpip\Parameters") else {
        return Vec::new();
    };
    let values = ["Domain", "DhcpDomain", "SearchList"].map(|name| key.get_string(name).unwrap_or_default());
    values
        .iter()
        .flat_map(|value| value.split([',', ' ']))
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn domains_come_from_the_resolvers_configuration() {
        assert_eq!(
            searched("nameserver ::1\ndomain a.test\nsearch b.test\tc.test\noptions x\n"),
            ["b.test", "c.test"]
        );
        assert_eq!(searched("search a.test\ndomain b.test"), ["b.test"]);
        assert!(searched("nameserver ::1\nsearching x\n# search y\n").is_empty());
    }
}
