mod client_thread;
mod in_memory;

pub use client_thread::ClientThread;
pub use in_memory::{InMemoryBroker, InMemoryClient};

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{ClientProcess, Consent, Error, Session, SessionLink};

/// What the local computer can offer right now.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Availability {
    /// A remote desktop client is there.
    pub remote_desktop: bool,
    /// So is what a VPN needs: its driver.
    pub vpn: bool,
}

/// The remote desktop program on this computer. Local facts and processes only: nothing here may use the network, so
/// that ending a session waits for nobody. Called on a thread that may block.
pub trait LocalClient: Send {
    /// What could be offered. Answers within milliseconds: a help-desk page waits for it.
    fn availability(&self) -> Availability;

    /// Starts the program for the session, which has a link. `None` when the customer starts it by the link.
    ///
    /// # Errors
    /// When it cannot be started; then nothing of it is left running.
    fn start(&mut self, session: &Session) -> Result<Option<ClientProcess>, Error>;

    /// Ends everything that belongs to the session, also what an earlier process of the service started, and answers
    /// when it is gone; within 1 s. A session of which nothing runs is ended already: `Ok`.
    ///
    /// # Errors
    /// When something is still running; the gate asks again.
    fn stop(&mut self, session: &Session) -> Result<(), Error>;

    /// Whether the program that `start` started for the session is still running; `true` when that cannot be known.
    fn is_running(&mut self, session: &Session) -> bool;
}

/// What an async port returns: a future that can be named, so that the trait can be a `dyn` one.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, BrokerError>> + Send + 'a>>;

/// The provider's cloud, where sessions are made.
pub trait SessionBroker: Send + Sync {
    /// Opens a session for exactly this consent, valid no longer than [`Consent::until`].
    fn open<'a>(&'a self, consent: &'a Consent) -> Answer<'a, SessionLink>;

    /// Closes it, best effort: the local client has been stopped by then. One that is closed or unknown is `Ok`.
    fn close<'a>(&'a self, link: &'a SessionLink) -> Answer<'a, ()>;
}

/// Why the provider did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BrokerError {
    /// The token is wrong, expired or withdrawn.
    #[error("the provider refused the access token")]
    Token,
    /// The token is right but not for this.
    #[error("the access token does not allow this")]
    Permission,
    /// There is no such session or group.
    #[error("the provider does not know it")]
    NotFound,
    /// Too many calls, at our own limit or at the provider's.
    #[error("too many calls to the provider")]
    RateLimited {
        /// How long to stay away.
        retry_after: Duration,
    },
    /// The provider refused the call.
    #[error("the provider refused: {code}")]
    Refused {
        /// Its error code, or `http_NNN`.
        code: String,
    },
    /// The provider failed.
    #[error("the provider failed with status {status}")]
    Server {
        /// The HTTP status.
        status: u16,
    },
    /// A proxy on the way wants a login.
    #[error("the proxy wants a login")]
    ProxyLogin,
    /// The answer cannot be understood.
    #[error("the provider's answer is malformed")]
    Malformed(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// The provider was not reached, or did not answer in time.
    #[error("the provider was not reached")]
    Transport(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl BrokerError {
    /// The code for logs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Permission => "permission",
            Self::NotFound => "not_found",
            Self::RateLimited { .. } => "rate_limited",
            Self::Refused { .. } => "refused",
            Self::Server { .. } => "server",
            Self::ProxyLogin => "proxy_login",
            Self::Malformed(_) => "malformed",
            Self::Transport(_) => "transport",
        }
    }
}
