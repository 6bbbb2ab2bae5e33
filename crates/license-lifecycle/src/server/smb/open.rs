//! A session between visits: open while it is used, kept for the next visit where that is wanted, left in time.
use std::{
    io,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use secrecy::SecretString;
use tokio::{
    runtime::Runtime,
    time::{Instant, timeout_at},
};

use super::{
    SmbAddress,
    session::{Reached, Session},
    unusable,
};
use crate::server::ServerError;

/// How long tidying up and logging off may take: what there was to do is done by then.
const LEAVING: Duration = Duration::from_secs(2);

/// A session with the runtime that it lives in: dropped outside of one, it would end the process.
pub(super) struct Open {
    runtime: Runtime,
    session: Session,
}

impl Open {
    pub(super) fn new(
        address: &SmbAddress,
        password: &SecretString,
        end: Instant,
    ) -> Result<Self, ServerError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(unusable)?;
        let reached = Reached::new();
        let opened = runtime.block_on(async {
            let opening = Session::open(address, password, &reached);
            timeout_at(end, opening).await.unwrap_or_else(|_| Err(reached.timed_out()))
        });
        Self::again(runtime, opened.map(|session| (session, ()))).map(|(open, ())| open)
    }

    /// Uses the session once; after an error it is gone.
    pub(super) fn visit<T>(
        self,
        end: Instant,
        visit: impl AsyncFnOnce(&Session) -> Result<T, ServerError>,
    ) -> Result<(Self, T), ServerError> {
        let Self { runtime, session } = self;
        let visited = runtime.block_on(async move {
            let result = timeout_at(end, visit(&session)).await.unwrap_or_else(|_| Err(session.timed_out()));
            result.map(|result| (session, result))
        });
        Self::again(runtime, visited)
    }

    fn again<T>(
        runtime: Runtime,
        result: Result<(Session, T), ServerError>,
    ) -> Result<(Self, T), ServerError> {
        match result {
            Ok((session, result)) => Ok((Self { runtime, session }, result)),
            Err(error) => {
                // A name look-up that hangs must not hold us up.
                runtime.shutdown_background();
                Err(error)
            }
        }
    }

    /// By `end`, and within two seconds.
    pub(super) fn leave(self, end: Instant) {
        let Self { runtime, session } = self;
        let end = end.min(Instant::now() + LEAVING);
        let _ = runtime.block_on(async move { timeout_at(end, session.close()).await });
        runtime.shutdown_background();
    }
}

/// A session that waits for the next visit. A thread leaves it when none comes in time, or when the share is dropped.
pub(super) struct Kept {
    open: Arc<Mutex<Option<Open>>>,
    leaving: Option<(mpsc::Sender<()>, JoinHandle<()>)>,
}

impl Kept {
    pub(super) fn new(open: Open, idle: Duration) -> io::Result<Self> {
        // Where no thread can be started, the session is dropped in here.
        let runtime = open.runtime.handle().clone();
        let _within = runtime.enter();
        let open = Arc::new(Mutex::new(Some(open)));
        let (end, ended) = mpsc::channel::<()>();
        let left = open.clone();
        let wait = move || {
            let _ = ended.recv_timeout(idle);
            if let Some(open) = take(&left) {
                open.leave(Instant::now() + LEAVING);
            }
        };
        let thread = thread::Builder::new().spawn(wait)?;
        Ok(Self { open, leaving: Some((end, thread)) })
    }

    /// The session; `None` when it was left meanwhile.
    pub(super) fn take(mut self) -> Option<Open> {
        let open = take(&self.open)?;
        // The thread ends on its own: there is nothing left to leave.
        self.leaving = None;
        Some(open)
    }
}

/// A panic elsewhere leaves it whole: every change is one assignment.
fn take(open: &Mutex<Option<Open>>) -> Option<Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner).take()
}

impl Drop for Kept {
    /// Waits until the session is left: a process that ends now would cut it off.
    fn drop(&mut self) {
        if let Some((end, thread)) = self.leaving.take() {
            drop(end);
            let _ = thread.join();
        }
    }
}
