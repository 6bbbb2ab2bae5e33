//! Ways to log in to a proxy.
use std::fmt;

use serde::Serialize;

/// A way to log in to a proxy, the strongest first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Kerberos in SPNEGO (RFC 4559).
    Negotiate,
    /// NTLMv2 ([MS-NTHT]).
    Ntlm,
    /// The password itself (RFC 7617).
    Basic,
    /// Username and password of SOCKS 5 (RFC 1929), or the user of SOCKS 4.
    Socks,
}

impl Scheme {
    /// As written in HTTP.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Negotiate => "Negotiate",
            Self::Ntlm => "NTLM",
            Self::Basic => "Basic",
            Self::Socks => "SOCKS",
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
