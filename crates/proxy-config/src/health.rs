//! What is known about proxies: which failed lately, and which refused a login.
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::ExposeSecret;

use crate::{Credentials, ProxyServer, Scheme};

/// How long a proxy that could not be reached is tried last.
pub const PENALTY: TimeDelta = TimeDelta::minutes(5);

/// Which proxies failed lately, and which logins they refused. Holds no secret.
#[derive(Clone, Debug, Default)]
pub struct Health {
    failed: HashMap<ProxyServer, DateTime<Utc>>,
    refused: HashSet<u64>,
    /// The scheme with which a proxy let us in.
    schemes: HashMap<ProxyServer, Scheme>,
    /// Keys the fingerprints, so that none of them can be compared with those of another process.
    fingerprints: RandomState,
}

impl Health {
    /// Notes that `server` carried no connection: it is tried last for [`PENALTY`].
    pub fn note_failure(&mut self, server: &ProxyServer, now: DateTime<Utc>) {
        self.failed.insert(server.clone(), now);
    }

    /// Notes that `server` carried a connection.
    pub fn note_success(&mut self, server: &ProxyServer) {
        self.failed.remove(server);
    }

    /// Whether `server` failed less than [`PENALTY`] before `now`.
    #[must_use]
    pub fn is_failing(&self, server: &ProxyServer, now: DateTime<Utc>) -> bool {
        self.failed.get(server).is_some_and(|failed| now - failed < PENALTY)
    }

    /// Closes the latch: `server` refused these credentials, so nobody may offer them to it again.
    pub fn note_refusal(&mut self, server: &ProxyServer, credentials: &Credentials) {
        let fingerprint = self.fingerprint(server, credentials);
        self.refused.insert(fingerprint);
    }

    /// Whether `server` refused these credentials since the last [`open_latches`](Self::open_latches).
    #[must_use]
    pub fn is_refused(&self, server: &ProxyServer, credentials: &Credentials) -> bool {
        self.refused.contains(&self.fingerprint(server, credentials))
    }

    /// Forgets every refusal: somebody changed the settings, or the account was unlocked.
    pub fn open_latches(&mut self) {
        self.refused.clear();
        self.schemes.clear();
    }

    /// The scheme with which `server` let us in last.
    #[must_use]
    pub fn scheme(&self, server: &ProxyServer) -> Option<Scheme> {
        self.schemes.get(server).copied()
    }

    /// Notes that `server` let us in with `scheme`, so that the next login starts with it.
    pub fn note_scheme(&mut self, server: &ProxyServer, scheme: Scheme) {
        self.schemes.insert(server.clone(), scheme);
    }

    /// Notes that `server` has to be asked anew what it offers.
    pub fn forget_scheme(&mut self, server: &ProxyServer) {
        self.schemes.remove(server);
    }

    pub(crate) fn fingerprint(&self, server: &ProxyServer, credentials: &Credentials) -> u64 {
        let Credentials { domain, user, password, .. } = credentials;
        self.fingerprints.hash_one((
            server,
            domain.to_lowercase(),
            user.to_lowercase(),
            password.expose_secret(),
        ))
    }
}
