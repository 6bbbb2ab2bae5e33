//! A script on a thread of its own, and what is done when it does not come back.
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use tokio::sync::oneshot;
use tokio::time::timeout;
use url::Url;

use super::engine::{Engine, RUN_LIMIT};
use crate::{Error, Repeatable};

/// Longest script.
pub(crate) const MAX_SCRIPT: usize = 1024 * 1024;
/// The engine looks at the clock between steps of the script; a single step may take longer than this.
const PATIENCE: Duration = Duration::from_millis(1800);
/// More threads than this are not left to scripts that hang.
const MAX_HANGING: usize = 4;
static HANGING: AtomicUsize = AtomicUsize::new(0);

/// A PAC script, ready to answer. Dropping the last clone ends its thread.
///
/// Each question crosses to that thread and back, so that a script that cannot be stopped holds nobody up. This crossing, and
/// not the script, is about half the time of an answer: the figures of `tests/interop` show a script that does nothing beside.
#[derive(Clone, Debug)]
pub struct PacEngine {
    location: Arc<str>,
    questions: mpsc::Sender<Question>,
    /// Whoever holds it is being answered.
    turn: Arc<tokio::sync::Mutex<()>>,
    state: Arc<Mutex<State>>,
}

/// What the thread does.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum State {
    #[default]
    Waiting,
    Running,
    /// It runs although nobody waits for it any more.
    Hanging,
}

struct Question {
    url: Url,
    now: DateTime<FixedOffset>,
    answer: oneshot::Sender<Result<String, Error>>,
}

impl PacEngine {
    /// Reads `source`, which came from `location` (a URL or file, for messages). Its top level runs with the first question.
    ///
    /// # Errors
    /// [`Error::ScriptTooLong`] above 1 MiB, [`Error::Start`] without a thread, or when too many scripts hang.
    pub fn start(location: &str, source: String, repeatable: Repeatable) -> Result<Self, Error> {
        if source.len() > MAX_SCRIPT {
            return Err(Error::ScriptTooLong { location: location.into() });
        }
        if HANGING.load(SeqCst) >= MAX_HANGING {
            return Err(Error::Start { what: "the PAC engine", source: "too many scripts hang".into() });
        }
        let (questions, asked) = mpsc::channel::<Question>();
        let (place, state): (Arc<str>, Arc<Mutex<State>>) = (location.into(), Arc::default());
        let (location, shared) = (place.clone(), state.clone());
        let work = move || {
            let mut engine = None;
            while let Ok(Question { url, now, answer }) = asked.recv() {
                enter(&shared, State::Running);
                let outcome = match &engine {
                    None => Engine::new(&location, &source, &repeatable, now)
                        .and_then(|new| engine.insert(new).find(&url, now)),
                    Some(engine) => engine.find(&url, now),
                };
                if outcome.is_err() {
                    engine = None; // what a stopped script leaves behind is not trusted
                }
                if enter(&shared, State::Waiting) == State::Hanging {
                    HANGING.fetch_sub(1, SeqCst); // it came back
                }
                let _ = answer.send(outcome); // the one who asked may be gone
            }
        };
        std::thread::Builder::new()
            .name("pac".into())
            .spawn(work)
            .map_err(|error| Error::Start { what: "the PAC engine", source: error.into() })?;
        Ok(Self { location: place, questions, turn: Arc::default(), state })
    }

    /// What the script answers for `url` at `now`, whose offset is the zone of the script's local time.
    ///
    /// # Errors
    /// [`Error::Script`] with file, line and message; [`Error::ScriptStopped`] above 1 s or 16 MiB. A script that hangs
    /// where the engine cannot stop it (a search through a huge text) is left alone until it comes back by itself.
    pub async fn find(&self, url: &Url, now: DateTime<FixedOffset>) -> Result<String, Error> {
        let gone = || Error::Start { what: "the PAC engine", source: "its thread is gone".into() };
        let hangs =
            || Error::ScriptStopped { location: self.location.to_string(), line: None, limit: RUN_LIMIT };
        let _turn = self.turn.lock().await;
        if *lock(&self.state) == State::Hanging {
            return Err(hangs());
        }
        let (answer, wait) = oneshot::channel();
        self.questions.send(Question { url: url.clone(), now, answer }).map_err(|_| gone())?;
        if let Ok(answered) = timeout(PATIENCE, wait).await {
            return answered.map_err(|_| gone())?;
        }
        let mut state = lock(&self.state);
        if *state == State::Running {
            *state = State::Hanging;
            HANGING.fetch_add(1, SeqCst);
        }
        Err(hangs())
    }
}

/// Changes the state, and says what it was.
fn enter(state: &Mutex<State>, next: State) -> State {
    std::mem::replace(&mut *lock(state), next)
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
