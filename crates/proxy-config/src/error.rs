//! Everything that can go wrong, split by what somebody can do about it.
use std::error::Error as StdError;
use std::time::Duration;

use crate::{AddressMistake, ProxyServer, Scheme};

/// A cause from another crate, which stays out of our API.
pub(crate) type Cause = Box<dyn StdError + Send + Sync>;

/// Why there is no way out, or why it does not carry.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Mode manual without an address.
    #[error("the proxy's address is missing")]
    AddressMissing,
    /// The address of a proxy cannot be read.
    #[error("`{address}` is no proxy address: {mistake}")]
    BadAddress {
        /// The address, without user info.
        address: String,
        /// What is wrong with it.
        mistake: AddressMistake,
    },
    /// An entry of the bypass list cannot be read.
    #[error("`{entry}` in the bypass list is neither host, domain, address nor range")]
    BadBypass {
        /// The entry as written.
        entry: String,
    },
    /// A login with a password needs a user.
    #[error("the proxy user name is missing")]
    UserMissing,
    /// The route's login needs a password, and the caller gave none.
    #[error("the proxy password is missing")]
    PasswordMissing,
    /// The URL has no host.
    #[error("the URL names no host")]
    HostMissing,
    /// A CA file cannot be read, or the system's roots cannot be used.
    #[error("the trusted certificates cannot be used: {why}")]
    Trust {
        /// What is wrong with them.
        why: String,
        /// The cause, if another layer found it.
        source: Option<Cause>,
    },
    /// A host's name has no address: the proxy's, or the target's on a direct way.
    #[error("the name {host} has no address")]
    NameNotFound {
        /// The name.
        host: String,
        /// What the resolver said.
        source: std::io::Error,
    },
    /// Nobody answers at an address: the proxy's, or the target's on a direct way.
    #[error("{address} cannot be reached")]
    Unreachable {
        /// `host:port`.
        address: String,
        /// Of the last address that was tried.
        source: std::io::Error,
    },
    /// The TLS connection to the proxy itself fails.
    #[error("no TLS with the proxy {proxy}")]
    ProxyTls {
        /// The proxy.
        proxy: ProxyServer,
        /// What TLS said.
        source: std::io::Error,
    },
    /// The proxy took the connection and then said nothing.
    #[error("the proxy {proxy} did not answer within {after:?}")]
    Silent {
        /// The proxy.
        proxy: ProxyServer,
        /// How long we waited.
        after: Duration,
    },
    /// The proxy broke the connection off in the middle of an answer or a login.
    #[error("the proxy {proxy} closed the connection")]
    Closed {
        /// The proxy.
        proxy: ProxyServer,
        /// What the socket said, if anything.
        source: Option<std::io::Error>,
    },
    /// What answered speaks another protocol.
    #[error("{proxy} does not answer like a proxy")]
    NotAProxy {
        /// What was taken for a proxy.
        proxy: ProxyServer,
    },
    /// The proxy wants a login and no credentials are configured for it.
    #[error("the proxy {proxy} asks for a login")]
    LoginNeeded {
        /// The proxy.
        proxy: ProxyServer,
        /// The schemes it offers, as it writes them.
        offered: Vec<String>,
    },
    /// None of the schemes that the proxy offers can be served with what we have.
    #[error("the proxy {proxy} offers no login that can be served")]
    NoCommonScheme {
        /// The proxy.
        proxy: ProxyServer,
        /// The schemes it offers, as it writes them.
        offered: Vec<String>,
        /// Why the last one that we know could not be served.
        source: Option<Cause>,
    },
    /// The proxy, or the KDC for it, refused the credentials. They are not tried again.
    #[error("the proxy {proxy} refused the {scheme} login of {user}")]
    LoginRefused {
        /// The proxy.
        proxy: ProxyServer,
        /// The user, or "the process account".
        user: String,
        /// The scheme that was tried.
        scheme: Scheme,
        /// What the KDC said, if it was the one.
        source: Option<Cause>,
    },
    /// These credentials were refused before, so they were not sent again: the latch is closed.
    #[error(
        "the proxy {proxy} has refused the login of {user} before; it is not tried again until settings change"
    )]
    LatchClosed {
        /// The proxy.
        proxy: ProxyServer,
        /// The user.
        user: String,
    },
    /// The proxy let us in, but does not reach the target itself.
    #[error("the proxy {proxy} lets us in, but does not reach {target}: {status} {reason}")]
    TargetUnreachable {
        /// The proxy.
        proxy: ProxyServer,
        /// `host:port`.
        target: String,
        /// The HTTP status, or the SOCKS reply code.
        status: u16,
        /// The words beside it, cut at 100 characters, and the proxy's own code for what happened.
        reason: String,
    },
    /// The proxy will not connect us to the target.
    #[error("the proxy {proxy} refused the tunnel to {target}: {status} {reason}")]
    TunnelRefused {
        /// The proxy.
        proxy: ProxyServer,
        /// `host:port`.
        target: String,
        /// The HTTP status, or the SOCKS reply code.
        status: u16,
        /// The words beside it, cut at 100 characters.
        reason: String,
    },
    /// The relay could not open its port, or the HTTP client could not be made.
    #[error("{what} could not be started")]
    Start {
        /// Which part of ours.
        what: &'static str,
        /// The cause.
        source: Cause,
    },
    /// A PAC script is wrong.
    #[error("{location}, line {}: {message}", shown(.line))]
    Script {
        /// Its URL or file.
        location: String,
        /// The line, counted from 1.
        line: Option<u32>,
        /// What the engine says, cut at 200 characters.
        message: String,
    },
    /// A PAC script was stopped.
    #[error("{location}, line {}: stopped, as it exceeds its {limit}", shown(.line))]
    ScriptStopped {
        /// Its URL or file.
        location: String,
        /// The line that was running, counted from 1.
        line: Option<u32>,
        /// Which limit.
        limit: &'static str,
    },
    /// A PAC script is longer than 1 MiB.
    #[error("{location} is longer than 1 MiB")]
    ScriptTooLong {
        /// Its URL or file.
        location: String,
    },
    /// A PAC script answers with something that names no way out.
    #[error("the PAC script answers `{answer}`, which names no way out")]
    ScriptAnswer {
        /// The answer, cut at 200 characters.
        answer: String,
    },
    /// A PAC script cannot be read or fetched, or this build cannot run one.
    #[error("{location} cannot be used")]
    ScriptUnavailable {
        /// Its URL or file, without user info.
        location: String,
        /// The cause.
        source: Cause,
    },
    /// The route has no hop.
    #[error("the route names no way out")]
    NoWayOut,
    /// A client asked the relay for something other than a tunnel.
    #[error("only https targets go through the relay")]
    TunnelsOnly,
}

impl Error {
    /// Whether the next hop may help: the proxy itself did not work. A refusal by a working proxy is final.
    #[must_use]
    pub fn is_failing_proxy(&self) -> bool {
        matches!(
            self,
            Self::NameNotFound { .. }
                | Self::Unreachable { .. }
                | Self::ProxyTls { .. }
                | Self::Silent { .. }
                | Self::Closed { .. }
                | Self::NotAProxy { .. }
        )
    }
}

fn shown(line: &Option<u32>) -> String {
    line.map_or("unknown".into(), |line| line.to_string())
}

/// An error and its causes in one line, for logs and reports.
#[cfg(feature = "client")]
pub(crate) fn chain(error: &dyn StdError) -> String {
    let mut line = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        line += &format!(": {cause}");
        next = cause.source();
    }
    line
}
