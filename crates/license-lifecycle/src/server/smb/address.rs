use std::{fmt, str::FromStr};

/// The port of SMB over TCP.
const PORT: u16 = 445;

/// Where a share is and who logs on: `smb://[DOMAIN;]USER@HOST[:PORT]/SHARE[/PATH]`. The password stands elsewhere.
///
/// `%XX` stands for a byte, as in URLs: a user name with `@` is written with `%40`. IPv6 addresses stand in brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmbAddress {
    /// The domain of the account; `None`: the server's own accounts.
    pub domain: Option<String>,
    /// The user.
    pub user: String,
    /// A host name or an IP address, without brackets.
    pub host: String,
    /// The port, mostly 445.
    pub port: u16,
    /// The share.
    pub share: String,
    /// The folder in the share, its parts from the top; empty: the share itself.
    pub path: Vec<String>,
}

/// An address that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an address of a share: {flaw}")]
pub struct BadAddress {
    flaw: &'static str,
}

impl FromStr for SmbAddress {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Self, BadAddress> {
        let (server, path) = server_and_path(text)?;
        let (account, server) = server.rsplit_once('@').ok_or(BadAddress { flaw: "it names no user" })?;
        if account.contains(':') {
            return Err(BadAddress { flaw: "a password has no place in it" });
        }
        let (domain, user) = match account.split_once(';') {
            Some((domain, user)) => (Some(plain(domain)?), plain(user)?),
            None => (None, plain(account)?),
        };
        Self::assemble(server, path, domain, user)
    }
}

impl SmbAddress {
    /// The share at `smb://HOST[:PORT]/SHARE[/PATH]` for an account that is kept elsewhere; domain and user are taken as
    /// they are, without `%XX`.
    ///
    /// # Errors
    /// [`BadAddress`], also when the address names an account of its own.
    pub fn of_share(share: &str, domain: Option<&str>, user: &str) -> Result<Self, BadAddress> {
        let (server, path) = server_and_path(share)?;
        match server.contains('@') {
            true => Err(BadAddress { flaw: "an account has no place in it" }),
            false => Self::assemble(server, path, domain.map(str::to_owned), user.to_owned()),
        }
    }

    fn assemble(server: &str, path: &str, domain: Option<String>, user: String) -> Result<Self, BadAddress> {
        let (host, port) = host_and_port(server).ok_or(BadAddress { flaw: "host or port cannot be read" })?;
        let mut parts = path.trim_end_matches('/').split('/').map(part).collect::<Result<Vec<_>, _>>()?;
        let share = parts.remove(0);
        if user.is_empty() {
            return Err(BadAddress { flaw: "it names no user" });
        }
        let domain = domain.filter(|domain| !domain.is_empty());
        Ok(Self { domain, user, host: host.to_owned(), port, share, path: parts })
    }

    /// The path of the folder in the share, as SMB writes it; empty: the share itself.
    pub(super) fn folder(&self) -> String {
        self.path.join("\\")
    }

    /// The path of a file in the folder, as SMB writes it.
    pub(super) fn path_of(&self, file: &str) -> String {
        self.path.iter().map(String::as_str).chain([file]).collect::<Vec<_>>().join("\\")
    }
}

impl fmt::Display for SmbAddress {
    /// As a UNC path, with the port where it is not 445; the account is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            PORT => write!(f, r"\\{}\{}", self.host, self.share)?,
            port if self.host.contains(':') => write!(f, r"\\[{}]:{port}\{}", self.host, self.share)?,
            port => write!(f, r"\\{}:{port}\{}", self.host, self.share)?,
        }
        self.path.iter().try_for_each(|part| write!(f, r"\{part}"))
    }
}

/// What stands before and behind the first slash.
fn server_and_path(text: &str) -> Result<(&str, &str), BadAddress> {
    let rest = text.strip_prefix("smb://").ok_or(BadAddress { flaw: "it does not start with smb://" })?;
    rest.split_once('/').ok_or(BadAddress { flaw: "it names no share" })
}

/// Name and port; IPv6 addresses in brackets.
fn host_and_port(server: &str) -> Option<(&str, u16)> {
    let (host, port) = match server.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (host, after)
        }
        None => server.split_at(server.find(':').unwrap_or(server.len())),
    };
    let port = match port.strip_prefix(':') {
        Some(digits) => digits.parse().ok().filter(|port| *port != 0)?,
        None => port.is_empty().then_some(PORT)?,
    };
    let fits = |c: char| !c.is_whitespace() && !c.is_control() && !r"\/".contains(c);
    (!host.is_empty() && host.chars().all(fits)).then_some((host, port))
}

/// The name of a share or a folder.
fn part(text: &str) -> Result<String, BadAddress> {
    let name = plain(text)?;
    let reserved = |c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c);
    match name.as_str() {
        "" | "." | ".." => Err(BadAddress { flaw: "a part of the path is empty or dots" }),
        _ if name.contains(reserved) => {
            Err(BadAddress { flaw: "a part of the path holds a reserved character" })
        }
        _ => Ok(name),
    }
}

/// Without `%XX` (RFC 3986, section 2.1).
fn plain(text: &str) -> Result<String, BadAddress> {
    let bad = BadAddress { flaw: "a % is not followed by two digits" };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let digits = after.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        bytes.push(u8::from_str_radix(digits.ok_or(bad)?, 16).map_err(|_| bad)?);
        rest = &after[2..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).map_err(|_| BadAddress { flaw: "it is not UTF-8" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_shown_without_the_account() {
        for (text, domain, user, shown, port) in [
            ("smb://u@fls/DroppedLicense", None, "u", r"\\fls\DroppedLicense", 445),
            ("smb://D;u@fls:1445/S/a/b/", Some("D"), "u", r"\\fls:1445\S\a\b", 1445),
            ("smb://;u%40x@[::1]:1/S%20x", None, "u@x", r"\\[::1]:1\S x", 1),
            ("smb://a@b@[fe80::1]/S", None, "a@b", r"\\fe80::1\S", 445),
        ] {
            let address: SmbAddress = text.parse().unwrap();
            assert_eq!((address.domain.as_deref(), address.user.as_str()), (domain, user), "{text}");
            assert_eq!((address.to_string().as_str(), address.port), (shown, port), "{text}");
        }
        let address: SmbAddress = "smb://u@h/S/a/b".parse().unwrap();
        assert_eq!(address.path_of("x.lic"), r"a\b\x.lic");
    }

    #[test]
    fn an_account_that_is_kept_elsewhere_is_taken_as_it_is() {
        let address = SmbAddress::of_share("smb://fls:1445/S/a", Some("D"), "a%b@c").unwrap();
        assert_eq!(
            (address.domain.as_deref(), address.user.as_str(), address.port),
            (Some("D"), "a%b@c", 1445)
        );
        assert_eq!(SmbAddress::of_share("smb://fls/S", Some(""), "u").unwrap().domain, None);
        for (share, user, why) in [
            ("smb://u@fls/S", "u", "account"),
            ("smb://fls/S", "", "no user"),
            ("smb://fls", "u", "no share"),
            ("fls/S", "u", "smb://"),
        ] {
            let error = SmbAddress::of_share(share, None, user).unwrap_err().to_string();
            assert!(error.contains(why), "{share}: {error}");
        }
    }

    #[test]
    fn what_is_no_address_says_why() {
        for (text, why) in [
            ("", "start with smb://"),
            ("http://u@h/S", "start with smb://"),
            ("smb://u@h", "no share"),
            ("smb://u@h/", "empty"),
            ("smb://h/S", "no user"),
            ("smb://@h/S", "no user"),
            ("smb://D;@h/S", "no user"),
            ("smb://u:secret@h/S", "password"),
            ("smb://u@/S", "host or port"),
            ("smb://u@h:0/S", "host or port"),
            ("smb://u@h:65536/S", "host or port"),
            ("smb://u@::1/S", "host or port"),
            ("smb://u@[::1/S", "host or port"),
            ("smb://u@h/S/../T", "dots"),
            ("smb://u@h/S%5cT", "reserved"),
            ("smb://u%4@h/S", "%"),
            ("smb://u%zz@h/S", "%"),
            ("smb://u%é@h/S", "%"),
            ("smb://u%ff@h/S", "UTF-8"),
        ] {
            let error = text.parse::<SmbAddress>().unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
