//! What a back office needs to know before it starts.
use std::net::SocketAddr;
use std::time::Duration;

use secrecy::SecretString;
use signed_envelope::{KeyRing, SigningKey};

/// How connections reach this process.
#[derive(Debug)]
pub enum Tls {
    /// The process terminates TLS itself; ALPN offers `http/1.1` alone.
    Own {
        /// Certificate chain, leaf first, as PEM.
        cert_pem: String,
        /// Private key of the leaf, as PEM (PKCS#8, PKCS#1 or SEC1).
        key_pem: SecretString,
    },
    /// A balancer on the same machine terminates TLS; plain HTTP, loopback addresses only. It must set
    /// `X-Forwarded-For`: without, all callers count as one where attempts are counted, and as one who may see
    /// `/metrics`.
    BehindBalancer,
}

/// Everything a back office is started with; make one with [`Config::new`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Config {
    /// `sqlite://PATH`; the file is made when it is missing.
    pub database: String,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Who terminates TLS.
    pub tls: Tls,
    /// Signs answers and assistance requests; its public half stands in `back_office_keys`.
    pub signing_key: SigningKey,
    /// The envelope signed by the vendor that names our keys, product and authority.
    pub back_office_keys: Vec<u8>,
    /// The vendor's keys: they sign `back_office_keys` and manifests.
    pub trusted_keys: KeyRing,
    /// Bounds and times; the defaults are the protocol's.
    pub limits: Limits,
}

impl Config {
    /// A configuration with the protocol's default limits.
    ///
    /// Product and authority (`host` or `host:port`, as installations call it) are read from
    /// `back_office_keys`, so they cannot differ from what installations check.
    pub fn new(
        database: impl Into<String>,
        listen: SocketAddr,
        tls: Tls,
        signing_key: SigningKey,
        back_office_keys: Vec<u8>,
        trusted_keys: KeyRing,
    ) -> Self {
        Self {
            database: database.into(),
            listen,
            tls,
            signing_key,
            back_office_keys,
            trusted_keys,
            limits: Limits::default(),
        }
    }
}

/// Bounds and times of one back office.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// The longest an answerless poll is held. Default 45 s, below the 60 s at which proxies cut.
    pub hold: Duration,
    /// The most connections; further ones wait in the system's queue. Default 20,000.
    pub connections: usize,
    /// The most requests at work at once, held polls left out; further ones are answered 503 with
    /// `Retry-After`. Default 512.
    pub requests: usize,
    /// How long the body of a request may take to arrive, and outside `/v1` also its answer. Default 20 s.
    pub slowest: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let (hold, slowest) = (Duration::from_secs(45), Duration::from_secs(20));
        Self { hold, connections: 20_000, requests: 512, slowest }
    }
}
