//! The answer: which way out, and why.
use std::fmt;

use crate::{Credentials, Login, ProxyServer};

/// The way out for one URL: hops in the order in which they are tried, never empty.
#[derive(Clone, Debug)]
pub struct Route {
    /// Tried in this order; the first that carries the connection is taken.
    pub hops: Vec<Hop>,
    /// Which rule decided.
    pub why: Why,
}

/// One way out.
#[derive(Clone, Debug)]
pub enum Hop {
    /// Without a proxy.
    Direct,
    /// Through a proxy.
    Proxy {
        /// Where it is.
        server: ProxyServer,
        /// How we log in to it.
        login: HopLogin,
    },
}

/// How we log in to the proxy of one [`Hop`].
#[derive(Clone, Debug)]
pub enum HopLogin {
    /// Not at all.
    None,
    /// With the credentials that the caller holds.
    Password,
    /// As the account that the process runs as.
    Current,
    /// With the user that the environment's proxy URL carries.
    FromUrl(Credentials),
}

/// Which rule decided.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Why {
    /// Mode direct.
    Direct,
    /// Mode manual, its proxy.
    Manual,
    /// Mode manual; this entry of the bypass list matched.
    ManualBypass {
        /// The entry as written.
        entry: String,
    },
    /// This environment variable.
    Environment {
        /// Its name, as found.
        variable: String,
    },
    /// The environment's list of exceptions.
    EnvironmentBypass {
        /// The entry as written.
        entry: String,
    },
    /// The system's settings.
    System {
        /// Which ones, such as `gnome`.
        source: String,
    },
    /// The system's list of exceptions.
    SystemBypass {
        /// The entry as written.
        entry: String,
    },
    /// The system's settings name the targets of their proxies, and this is none of them.
    SystemLeavesOut {
        /// Which ones, such as `kde`.
        source: String,
    },
    /// A PAC script.
    Script {
        /// Its URL or file.
        location: String,
        /// What it answered.
        answer: String,
    },
    /// Automatic mode found nothing.
    NothingFound,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct => write!(f, "mode is direct"),
            Self::Manual => write!(f, "mode is manual"),
            Self::ManualBypass { entry } => write!(f, "bypass list: {entry}"),
            Self::Environment { variable } => write!(f, "environment variable {variable}"),
            Self::EnvironmentBypass { entry } => write!(f, "environment variable no_proxy: {entry}"),
            Self::System { source } => write!(f, "system settings ({source})"),
            Self::SystemBypass { entry } => write!(f, "bypass list of the system settings: {entry}"),
            Self::SystemLeavesOut { source } => {
                write!(f, "system settings ({source}): not among the targets of the proxy")
            }
            Self::Script { location, answer } => write!(f, "PAC script {location}: {answer}"),
            Self::NothingFound => {
                write!(f, "no proxy found: neither environment, system settings nor WPAD name one")
            }
        }
    }
}

impl fmt::Display for Hop {
    /// `direct`, or the proxy's URL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct => f.write_str("direct"),
            Self::Proxy { server, .. } => server.fmt(f),
        }
    }
}

impl From<Login> for HopLogin {
    fn from(login: Login) -> Self {
        match login {
            Login::None => Self::None,
            Login::Password => Self::Password,
            Login::Current => Self::Current,
        }
    }
}
