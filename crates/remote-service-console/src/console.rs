use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::Router;
use chrono::{DateTime, Utc};
use remote_service::Running;
use remote_service::assistance::{self, SignedIn};
use secrecy::SecretString;
use tokio::sync::Semaphore;

use crate::pages::{self, Tests};
use crate::session::Sessions;
use crate::throttle::Throttle;
use crate::words::Catalog;
use crate::{Authenticator, Nobody};

/// Passwords that are verified at the same time: each takes 19 MiB and a core.
const VERIFIED_AT_ONCE: usize = 2;

/// The web pages of one [`Running`] service.
#[derive(Clone, Copy, Debug)]
pub struct Console;

impl Console {
    /// Begins with the service that the pages show.
    pub fn builder(running: Arc<Running>) -> Builder {
        Builder { running, authenticator: Box::new(Nobody), base: String::new(), clock: Box::new(now) }
    }
}

/// Puts a console together; from [`Console::builder`].
#[must_use]
pub struct Builder {
    running: Arc<Running>,
    authenticator: Box<dyn Authenticator>,
    base: String,
    clock: Box<Clock>,
}

type Clock = dyn Fn() -> DateTime<Utc> + Send + Sync;

impl Builder {
    /// Who may use the console. Default: [`Nobody`].
    pub fn authenticator(mut self, authenticator: impl Authenticator + 'static) -> Self {
        self.authenticator = Box::new(authenticator);
        self
    }

    /// The path below which the pages lie, such as `/remote-service`. Default: the root.
    pub fn base_path(mut self, path: &str) -> Self {
        let path = path.trim_matches('/');
        self.base = if path.is_empty() { String::new() } else { format!("/{path}") };
        self
    }

    /// What counts as now for notices: for tests. Default: the computer's clock.
    pub fn clock(mut self, clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// The pages, below their base path.
    pub fn build(self) -> Router {
        let base = self.base.clone();
        let pages = pages::router(Arc::new(Site::new(self)));
        // `nest_service` takes the path with and without a slash at its end.
        if base.is_empty() { pages } else { Router::new().nest_service(&base, pages) }
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder").field("base", &self.base).finish_non_exhaustive()
    }
}

/// What all pages share.
pub(crate) struct Site {
    pub(crate) running: Arc<Running>,
    pub(crate) authenticator: Arc<dyn Authenticator>,
    /// Empty, or a path that begins with a slash and does not end with one.
    pub(crate) base: String,
    pub(crate) catalog: Catalog,
    pub(crate) passwords: Semaphore,
    pub(crate) tests: Tests,
    clock: Box<Clock>,
    sessions: Mutex<Sessions>,
    throttle: Mutex<Throttle>,
}

impl Site {
    fn new(builder: Builder) -> Self {
        let Builder { running, authenticator, base, clock } = builder;
        Self {
            running,
            authenticator: authenticator.into(),
            base,
            catalog: Catalog::new(),
            passwords: Semaphore::new(VERIFIED_AT_ONCE),
            tests: Tests::default(),
            clock,
            sessions: Mutex::default(),
            throttle: Mutex::default(),
        }
    }

    /// The time by which notices are judged.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    pub(crate) fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn throttle(&self) -> MutexGuard<'_, Throttle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The gate asks who is signed in: whoever has an open session here.
impl assistance::Authenticator for Site {
    fn signed_in(&self, proof: &SecretString) -> Option<SignedIn> {
        self.sessions().signed_in(proof, Instant::now())
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock; tests bring their own")]
fn now() -> DateTime<Utc> {
    Utc::now()
}
