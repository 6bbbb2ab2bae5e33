//! Connections through a route: dial, log in, ask for the target.
mod challenge;
mod dial;
mod fault;
mod http;
mod reply;
mod socks;
mod stream;

use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;

pub(crate) use self::challenge::Challenge;
pub use self::stream::Tunnel;
use crate::error::Cause;
use crate::login::Identity;
use crate::server::authority;
use crate::trace::Trace;
use crate::{
    Credentials, Error, Hop, HopLogin, Protocol, ProxyServer, Route, Scheme, SharedHealth, StageName,
    TlsTrust,
};

/// How long others may take.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Patience {
    /// For a name, for a TCP connection and for TLS with the proxy, each. Default: 10 s.
    pub dial: Duration,
    /// For each answer of a proxy. Default: 30 s.
    pub answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { dial: Duration::from_secs(10), answer: Duration::from_secs(30) }
    }
}

/// Opens connections through routes. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Dialer {
    credentials: Option<Credentials>,
    tls: Arc<ClientConfig>,
    health: SharedHealth,
    patience: Patience,
}

impl Dialer {
    /// A dialer that gives `credentials` to proxies whose hop asks for a password, and trusts `tls` for proxies that
    /// speak TLS.
    ///
    /// # Errors
    /// [`Error::Trust`].
    pub fn new(
        credentials: Option<&Credentials>,
        tls: &TlsTrust,
        health: &SharedHealth,
    ) -> Result<Self, Error> {
        Ok(Self {
            credentials: credentials.cloned(),
            tls: tls.client_config()?.into(),
            health: health.clone(),
            patience: Patience::default(),
        })
    }

    /// Replaces the [`Patience`].
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// Connects to `host:port`; `host` is a name or an address, IPv6 without brackets.
    ///
    /// The hops are tried in order. A proxy that does not work is noted in the shared health and the next hop is tried;
    /// a proxy that works and refuses ends the attempt.
    ///
    /// # Errors
    /// Of the last hop that was tried; every variant about proxies.
    pub async fn connect(&self, route: &Route, host: &str, port: u16) -> Result<Tunnel, Error> {
        self.traced(route, host, port, &mut Trace::new()).await
    }

    pub(crate) async fn traced(
        &self,
        route: &Route,
        host: &str,
        port: u16,
        trace: &mut Trace,
    ) -> Result<Tunnel, Error> {
        let mut last = None;
        for hop in &route.hops {
            if let Some(error) = last.take() {
                let stage = StageName::of(&error);
                trace.failed(stage, format!("{}; trying the next way out", crate::error::chain(&error)));
            }
            match self.through(hop, host, port, trace).await {
                Err(error) if error.is_failing_proxy() => last = Some(error),
                outcome => return outcome,
            }
        }
        Err(last.unwrap_or(Error::NoWayOut))
    }

    async fn through(&self, hop: &Hop, host: &str, port: u16, trace: &mut Trace) -> Result<Tunnel, Error> {
        let (server, login) = match hop {
            Hop::Direct => {
                let stream = dial::tcp(host, port, self.patience.dial, trace).await?;
                return Ok(Tunnel::new(stream::Socket::Plain(stream), Vec::new()));
            }
            Hop::Proxy { server, login } => (server, login),
        };
        let outcome = self.proxy(server, login, host, port, trace).await;
        let now = self.health.now();
        match &outcome {
            Ok(_) => self.health.lock().note_success(server),
            Err(error) if error.is_failing_proxy() => self.health.lock().note_failure(server, now),
            Err(_) => {}
        }
        outcome
    }

    async fn proxy(
        &self,
        server: &ProxyServer,
        login: &HopLogin,
        host: &str,
        port: u16,
        trace: &mut Trace,
    ) -> Result<Tunnel, Error> {
        let identity = match login {
            HopLogin::None => Identity::Nobody,
            HopLogin::Current => Identity::Current,
            HopLogin::FromUrl(credentials) => Identity::User(credentials.clone()),
            HopLogin::Password => Identity::User(self.credentials.clone().ok_or(Error::PasswordMissing)?),
        };
        if let Identity::User(credentials) = &identity {
            self.health.check_latch(server, credentials)?;
        }
        match server.protocol {
            Protocol::Http | Protocol::Https => {
                let target = &authority(host, port);
                http::Connect { dialer: self, server, identity: &identity, target }.run(trace).await
            }
            Protocol::Socks4 | Protocol::Socks5 => {
                socks::Connect { dialer: self, server, identity: &identity, host, port }.run(trace).await
            }
        }
    }

    /// `server`, or the KDC for it, refused `identity`: closes the latch on it.
    fn refused(
        &self,
        server: &ProxyServer,
        identity: &Identity,
        scheme: Scheme,
        source: Option<Cause>,
    ) -> Error {
        let mut health = self.health.lock();
        if let Identity::User(credentials) = identity {
            health.note_refusal(server, credentials);
        }
        health.forget_scheme(server);
        Error::LoginRefused { proxy: server.clone(), user: identity.name(), scheme, source }
    }

    /// Dials a proxy, with TLS where its protocol wants it.
    async fn dial(&self, server: &ProxyServer, trace: &mut Trace) -> Result<stream::Socket, Error> {
        let tcp = dial::tcp(&server.host, server.port, self.patience.dial, trace).await?;
        match server.protocol {
            Protocol::Https => dial::tls(tcp, server, self.tls.clone(), self.patience.dial).await,
            _ => Ok(stream::Socket::Plain(tcp)),
        }
    }
}
