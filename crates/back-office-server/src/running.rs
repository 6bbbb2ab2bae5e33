//! Starting and stopping.
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::accept::{self, Door};
use crate::bell::{self, Bell};
use crate::identity::Identity;
use crate::lines::Lines;
use crate::office::Office;
use crate::operation::Answers;
use crate::polls::PollNonces;
use crate::probes::Probes;
use crate::site::{self, Passwords};
use crate::stopping::{self, Stop, Stopping};
use crate::store::Store;
use crate::{Administration, Config, Error, Tls, clock, events, nonces, routes, throttle, tls};

/// How long answers may still take after [`Running::stop`].
const LAST_ANSWERS: Duration = Duration::from_secs(5);
/// How many installations a second may come back after a stop.
const RETURNS_PER_SECOND: usize = 500;
/// How long held polls may take to be answered, and how often one looks.
const LAST_WORDS: Duration = Duration::from_secs(2);
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// How often news from other processes is looked for.
const COLLECT: Duration = Duration::from_millis(250);
/// How many connections the system may keep waiting for us, as far as it allows so many. Rust asks for 128: when a
/// fleet comes back, more come in a moment, and one that finds no place hears nothing until it gives up.
const QUEUE: i32 = 4096;
/// How often outdated rows are swept out.
const SWEEP: Duration = Duration::from_secs(60);

/// The back office before it runs.
#[derive(Debug)]
pub struct BackOffice;

impl BackOffice {
    /// Opens the database, brings it up to date, and listens on `config.listen`. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`Error::Listen`], and those of [`start_on`](Self::start_on).
    pub async fn start(config: Config) -> Result<Running, Error> {
        let listener = TcpListener::bind(config.listen).map_err(|source| Error::Listen { source })?;
        Self::start_on(listener, config).await
    }

    /// Like [`start`](Self::start) on a listener that is bound already, so that the port is known
    /// before the keys envelope that names it is signed. `config.listen` is not looked at.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Keys`], [`Error::Config`] for keys that do not fit, for unusable TLS material
    /// and for plain HTTP on an address that others can reach.
    pub async fn start_on(listener: TcpListener, config: Config) -> Result<Running, Error> {
        let listen = |source| Error::Listen { source };
        listener.set_nonblocking(true).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        if matches!(config.tls, Tls::BehindBalancer) && !address.ip().is_loopback() {
            return Err(Error::config("behind a balancer, only loopback addresses are listened on"));
        }
        socket2::SockRef::from(&listener).listen(QUEUE).map_err(listen)?;
        let listener = tokio::net::TcpListener::from_std(listener).map_err(listen)?;
        let tls = tls::acceptor(&config.tls)?;
        let identity = Identity::open(&config, clock::now())?;
        let store = Store::open(&config.database).await?;
        let (stop, stopping) = stopping::switch();
        let office = open(store, identity, config.limits);
        let tending = tokio::spawn(tend(office.clone(), stopping.clone()));
        let connections = Arc::new(Semaphore::new(office.limits.connections));
        let door = Door {
            behind_balancer: tls.is_none(),
            tls,
            router: routes::router(office.clone()),
            connections: connections.clone(),
            stopping,
        };
        let tasks = vec![tokio::spawn(accept::serve(listener, door)), tending];
        tracing::info!(%address, authority = office.identity.authority, "back office started");
        Ok(Running { address, office, connections, stop, tasks })
    }
}

fn open(store: Store, identity: Identity, limits: crate::Limits) -> Arc<Office> {
    let lines = Lines::default();
    let bell = Bell::Here(lines.clone());
    let administration =
        Administration::here(store.clone(), bell, identity.trusted.clone(), &identity.product);
    Arc::new(Office {
        store,
        lines,
        identity,
        administration,
        admission: Arc::new(Semaphore::new(limits.requests)),
        limits,
        passwords: Passwords::default(),
        answers: Answers::default(),
        probes: Probes::default(),
        poll_nonces: PollNonces::default(),
    })
}

/// What must happen again and again, until the back office stops.
async fn tend(office: Arc<Office>, mut stopping: Stopping) {
    let mut collect = tokio::time::interval(COLLECT);
    let mut sweep = tokio::time::interval(SWEEP);
    loop {
        let done = tokio::select! {
            _ = collect.tick() => bell::collect(&office.store, &office.lines).await,
            _ = sweep.tick() => sweep_out(&office).await,
            () = stopping.begun() => return,
        };
        if let Err(error) = done {
            tracing::error!(%error, "database failed");
        }
    }
}

async fn sweep_out(office: &Office) -> Result<(), sqlx::Error> {
    let now = clock::now();
    office.poll_nonces.sweep(now);
    nonces::sweep(&office.store, now).await?;
    site::sweep(&office.store, now).await?;
    events::sweep(&office.store, now).await?;
    throttle::sweep(&office.store, now).await
}

/// A back office at work. Dropping it without [`stop`](Self::stop) cuts what is under way.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    office: Arc<Office>,
    connections: Arc<Semaphore>,
    stop: Stop,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The operator's acts.
    pub fn administration(&self) -> Administration {
        self.office.administration.clone()
    }

    /// Asks held polls to come back spread out, takes no new connections, finishes what is being
    /// answered (for at most 5 s), and closes the database.
    pub async fn stop(mut self) {
        self.send_away().await;
        self.stop.now();
        self.office.lines.close();
        for task in self.tasks.drain(..) {
            // A task that panicked has stopped too.
            let _ = task.await;
        }
        let all = u32::try_from(self.office.limits.connections).unwrap_or(u32::MAX);
        if tokio::time::timeout(LAST_ANSWERS, self.connections.acquire_many(all)).await.is_err() {
            tracing::warn!("some connections did not end in time");
        }
        self.office.store.close().await;
    }

    /// Ends held polls with `drain`, so that a thousand installations do not come back at once.
    async fn send_away(&self) {
        let held = self.office.lines.installations();
        let spread = Duration::from_secs((held.len() / RETURNS_PER_SECOND) as u64);
        if let Err(error) = self.office.administration.drain(&held, spread).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "held polls end without a word");
            return;
        }
        let deadline = Instant::now() + LAST_WORDS;
        while held.iter().any(|installation| self.office.lines.is_held(installation))
            && Instant::now() < deadline
        {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.now();
        self.office.lines.close();
    }
}
