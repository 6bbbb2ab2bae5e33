//! The health that everybody who connects shares.
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use crate::Health;

/// One [`Health`] for every client, relay and connection report of a process, so that a wrong password costs one
/// failed login whoever asks. Cloning shares it.
#[derive(Clone, Debug)]
pub struct SharedHealth {
    health: Arc<Mutex<Health>>,
    started: (DateTime<Utc>, Instant),
}

impl SharedHealth {
    /// Nothing known yet. `now` anchors the penalties; later times are measured from it with the monotonic clock.
    #[must_use]
    pub fn new(now: DateTime<Utc>) -> Self {
        Self { health: Arc::default(), started: (now, Instant::now()) }
    }

    /// What is known at this moment, for [`decide`](crate::decide).
    #[must_use]
    pub fn snapshot(&self) -> Health {
        self.lock().clone()
    }

    /// The settings changed: logins that were refused may be tried again.
    pub fn open_latches(&self) {
        self.lock().open_latches();
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        let elapsed = self.started.1.elapsed();
        self.started.0 + TimeDelta::from_std(elapsed).unwrap_or(TimeDelta::zero())
    }
}
