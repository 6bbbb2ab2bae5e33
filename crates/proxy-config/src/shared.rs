//! The health that everybody who connects shares.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

use crate::login::Tickets;
use crate::{Credentials, Error, Health, ProxyServer};

/// One [`Health`] for every client, relay and connection report of a process, so that a wrong password costs one
/// failed login whoever asks. Cloning shares it.
#[derive(Clone, Debug)]
pub struct SharedHealth {
    health: Arc<Mutex<Health>>,
    logins: Arc<Mutex<HashMap<u64, Proof>>>,
    tickets: Tickets,
    started: (DateTime<Utc>, Instant),
}

/// Whether somebody got in with these credentials: locked while the first one tries.
type Proof = Arc<tokio::sync::Mutex<bool>>;

/// Leave to send credentials. Until they are proved, nobody else has it.
#[derive(Debug)]
pub(crate) struct Turn(Option<OwnedMutexGuard<bool>>);

impl Turn {
    /// The proxy accepted the credentials: from now on, logins run side by side.
    pub(crate) fn proved(self) {
        if let Some(mut proved) = self.0 {
            *proved = true;
        }
    }
}

impl SharedHealth {
    /// Nothing known yet. `now` anchors the penalties; later times are measured from it with the monotonic clock.
    #[must_use]
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            health: Arc::default(),
            logins: Arc::default(),
            tickets: Tickets::default(),
            started: (now, Instant::now()),
        }
    }

    /// What is known at this moment, for [`decide`](crate::decide).
    #[must_use]
    pub fn snapshot(&self) -> Health {
        self.lock().clone()
    }

    /// The settings changed: logins that were refused may be tried again.
    pub fn open_latches(&self) {
        self.lock().open_latches();
        lock(&self.logins).clear();
        self.tickets.clear();
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Health> {
        lock(&self.health)
    }

    pub(crate) fn fingerprint(&self, server: &ProxyServer, credentials: &Credentials) -> u64 {
        self.lock().fingerprint(server, credentials)
    }

    #[cfg(all(unix, feature = "current"))]
    pub(crate) fn tickets(&self) -> &Tickets {
        &self.tickets
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        let elapsed = self.started.1.elapsed();
        self.started.0 + TimeDelta::from_std(elapsed).unwrap_or(TimeDelta::zero())
    }

    /// # Errors
    /// [`Error::LatchClosed`] when `server` refused `credentials` before.
    pub(crate) fn check_latch(&self, server: &ProxyServer, credentials: &Credentials) -> Result<(), Error> {
        if self.lock().is_refused(server, credentials) {
            return Err(Error::LatchClosed { proxy: server.clone(), user: credentials.user.clone() });
        }
        Ok(())
    }

    /// Waits for leave to send `credentials` to `server`: as long as nobody got in with them, one at a time may try.
    pub(crate) async fn turn(&self, server: &ProxyServer, credentials: &Credentials) -> Result<Turn, Error> {
        let fingerprint = self.fingerprint(server, credentials);
        let proof = lock(&self.logins).entry(fingerprint).or_default().clone();
        let proved = proof.lock_owned().await;
        self.check_latch(server, credentials)?;
        Ok(Turn((!*proved).then_some(proved)))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
