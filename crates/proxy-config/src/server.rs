//! The address of a proxy.
use std::fmt;
use std::str::FromStr;

use secrecy::SecretString;
use serde::Serialize;
use url::{Host, Url};

use crate::{Credentials, Error};

/// How a proxy is spoken to.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// `CONNECT` over plain TCP.
    Http,
    /// `CONNECT` over TLS.
    Https,
    /// SOCKS 4a: the proxy looks names up.
    Socks4,
    /// SOCKS 5 (RFC 1928): the proxy looks names up.
    Socks5,
}

/// Address of a proxy, without any user.
///
/// Read from `host:port` or a URL (`http`, `https`, `socks4`, `socks4a`, `socks5`, `socks5h`); no scheme means `http`.
/// A scheme other than those, a missing port, a path or a user is an error of its own: see [`AddressMistake`].
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ProxyServer {
    /// How it is spoken to.
    pub protocol: Protocol,
    /// Name, IPv4 address or IPv6 address without brackets.
    pub host: String,
    /// TCP port, never 0.
    pub port: u16,
}

impl Protocol {
    /// The scheme in a proxy's URL.
    #[must_use]
    pub fn scheme(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Socks4 => "socks4",
            Self::Socks5 => "socks5",
        }
    }

    pub(crate) fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Socks4 | Self::Socks5 => 1080,
        }
    }

    fn from_scheme(scheme: &str) -> Option<Self> {
        Some(match scheme.to_ascii_lowercase().as_str() {
            "http" => Self::Http,
            "https" => Self::Https,
            "socks" | "socks4" | "socks4a" => Self::Socks4,
            "socks5" | "socks5h" => Self::Socks5,
            _ => return None,
        })
    }
}

/// What is wrong with a proxy's address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum AddressMistake {
    /// Not `host:port`, not a URL.
    Unreadable,
    /// A scheme that is no proxy's.
    Scheme,
    /// No host.
    HostMissing,
    /// No port.
    PortMissing,
    /// Port 0, above 65535 or not a number.
    Port,
    /// A path, query or fragment after the port.
    Path,
    /// A user or password, which belong into settings of their own.
    UserInfo,
}

impl fmt::Display for AddressMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "neither `host:port` nor a URL; an IPv6 address needs brackets",
            Self::Scheme => "the scheme must be http, https, socks4 or socks5",
            Self::HostMissing => "the host is missing",
            Self::PortMissing => "the port is missing",
            Self::Port => "the port must be 1 to 65535",
            Self::Path => "nothing may follow the port",
            Self::UserInfo => "user and password have settings of their own",
        })
    }
}

impl FromStr for ProxyServer {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bad = |mistake| bad_address(text, mistake);
        let (server, credentials) = parse(text.trim(), None).map_err(bad)?;
        match credentials {
            None => Ok(server),
            Some(_) => Err(bad(AddressMistake::UserInfo)),
        }
    }
}

impl ProxyServer {
    /// Reads an address that may carry `user:password@`, as the environment's do; a missing port is `default_port`.
    ///
    /// # Errors
    /// [`Error::BadAddress`], without the user info.
    pub fn with_user_info(
        text: &str,
        default_port: Option<u16>,
    ) -> Result<(Self, Option<Credentials>), Error> {
        parse(text.trim(), default_port).map_err(|mistake| bad_address(text, mistake))
    }

    /// `host:port`, with brackets around an IPv6 address.
    #[must_use]
    pub fn authority(&self) -> String {
        authority(&self.host, self.port)
    }
}

/// `host:port`, with brackets around an IPv6 address.
pub(crate) fn authority(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

impl fmt::Display for ProxyServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.protocol.scheme(), self.authority())
    }
}

fn bad_address(text: &str, mistake: AddressMistake) -> Error {
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (scheme, rest));
    let shown = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let address = if scheme.is_empty() { shown.to_owned() } else { format!("{scheme}://{shown}") };
    Error::BadAddress { address, mistake }
}

fn parse(
    text: &str,
    default_port: Option<u16>,
) -> Result<(ProxyServer, Option<Credentials>), AddressMistake> {
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let protocol = Protocol::from_scheme(scheme).ok_or(AddressMistake::Scheme)?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.is_empty() || rest.starts_with(':') {
        return Err(AddressMistake::HostMissing);
    }
    // `http` is special to the URL standard: it drops port 80, so the port is read from a scheme without a default.
    let url = Url::parse(&format!("proxy://{rest}")).map_err(|error| match error {
        url::ParseError::EmptyHost => AddressMistake::HostMissing,
        url::ParseError::InvalidPort => AddressMistake::Port,
        _ => AddressMistake::Unreadable,
    })?;
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(AddressMistake::Path);
    }
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(AddressMistake::HostMissing)?;
    let host = match Host::parse(host).map_err(|_| AddressMistake::Unreadable)? {
        Host::Domain(name) => name,
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    };
    let port = match url.port().or(default_port) {
        None => return Err(AddressMistake::PortMissing),
        Some(0) => return Err(AddressMistake::Port),
        Some(port) => port,
    };
    let user = decode(url.username());
    let credentials = (!user.is_empty() || url.password().is_some())
        .then(|| Credentials::new(None, &user, SecretString::from(decode(url.password().unwrap_or("")))));
    Ok((ProxyServer { protocol, host, port }, credentials))
}

/// Undoes percent-encoding; what is not UTF-8 afterwards is kept as it was.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let pair = (first == b'%').then(|| tail.get(..2)).flatten();
        let value = pair.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(value.unwrap_or(first));
        rest = if value.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
