//! [Test connection]: the whole way, stage by stage, with settings that may not be saved yet.

mod office;
mod share;

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use secret_store::{InMemory, SecretStore};
use serde::Serialize;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::settings::{Settings, secret};
use crate::shared::{Secrets, Shared};
use crate::way::Way;
use crate::{Error, chain};

/// What to do about settings that do not do.
const CORRECT: &str = "Correct the setting that is named, and try again.";
/// No call may keep a person waiting for longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a test is made with.
#[derive(Clone, Debug)]
pub struct Candidate {
    settings: Option<Settings>,
    secrets: Vec<(&'static str, SecretString)>,
}

impl Candidate {
    /// What is saved.
    #[must_use]
    pub fn saved() -> Self {
        Self { settings: None, secrets: Vec::new() }
    }

    /// What stands in a form. Secrets that are not given are the saved ones; an empty one counts as deleted.
    #[must_use]
    pub fn unsaved(settings: Settings, secrets: Vec<(&'static str, SecretString)>) -> Self {
        Self { settings: Some(settings), secrets }
    }

    /// The secrets that are given, and the saved ones for the rest.
    fn secrets(&self, shared: &Shared) -> Result<Secrets, Error> {
        let store = InMemory::default();
        for name in secret::ALL {
            let value = match self.secrets.iter().find(|(given, _)| *given == name) {
                Some((_, given)) => Some(given.clone()).filter(|value| !value.expose_secret().is_empty()),
                None => shared.secrets.get(name)?,
            };
            if let Some(value) = value {
                store.set(name, &value).map_err(|source| Error::Secrets { source })?;
            }
        }
        Ok(Secrets(Arc::new(store)))
    }

    fn settings(&self, shared: &Shared) -> Settings {
        self.settings.clone().unwrap_or_else(|| Settings::clone(&shared.settings()))
    }
}

/// One stage of a connection test, as soon as it is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TestStage {
    /// Its code: `settings`, `route`, `name`, `reach`, `scheme`, `login`, `tunnel`, `target`, `tls`, `answer` on the way out, then
    /// `back_office`, `organization`, `code`, then `share_connect`, `share_write`, `share_read`, `share_modify`,
    /// `share_delete`; `share` alone where there is none to try.
    pub stage: String,
    /// Whether it went well.
    pub ok: bool,
    /// How long it took, in whole milliseconds.
    pub ms: u64,
    /// What was seen, in English, for support; never a secret.
    pub detail: String,
}

impl From<&proxy_config::Stage> for TestStage {
    fn from(stage: &proxy_config::Stage) -> Self {
        let proxy_config::Stage { stage, ok, ms, detail } = stage;
        Self { stage: stage.to_string(), ok: *ok, ms: *ms, detail: detail.clone() }
    }
}

/// What a connection test found, in the shape of `remote-service connect test --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// Whether everything went well.
    pub ok: bool,
    /// The stages that were reached, in order.
    pub stages: Vec<TestStage>,
    /// What to do about the first stage that failed; none when all is well.
    pub advice: Option<String>,
}

/// A connection test under way. Dropping it ends it.
#[derive(Debug)]
pub struct ConnectionTest {
    stages: mpsc::UnboundedReceiver<TestStage>,
    work: JoinHandle<Report>,
}

impl ConnectionTest {
    pub(crate) fn start(shared: Arc<Shared>, candidate: Candidate) -> Self {
        let (seen, stages) = mpsc::unbounded_channel();
        let work = async move {
            let mut log = Log::new(Some(seen));
            test(&shared, &candidate, &mut log).await;
            log.report()
        };
        Self { stages, work: tokio::spawn(work) }
    }

    /// The next stage, when it is over; `None` after the last one.
    pub async fn next(&mut self) -> Option<TestStage> {
        self.stages.recv().await
    }

    /// Waits for the end.
    pub async fn finish(mut self) -> Report {
        let broken_off = || Report { ok: false, stages: Vec::new(), advice: Some("Try again.".to_owned()) };
        (&mut self.work).await.unwrap_or_else(|_| broken_off())
    }
}

impl Drop for ConnectionTest {
    fn drop(&mut self) {
        self.work.abort();
    }
}

/// Tries the share alone.
pub(crate) async fn share_only(shared: &Arc<Shared>, candidate: &Candidate) -> Report {
    let settings = candidate.settings(shared);
    let mut log = Log::new(None);
    match settings.validate().and_then(|()| candidate.secrets(shared)) {
        Ok(secrets) => share::test(shared, settings, secrets, &mut log).await,
        Err(error) => log.failed("settings", chain(&error), CORRECT),
    }
    log.report()
}

async fn test(shared: &Arc<Shared>, candidate: &Candidate, log: &mut Log) {
    let settings = candidate.settings(shared);
    let way = |secrets: Secrets| Ok((Way::new(&settings, secrets.get(secret::PROXY_PASSWORD)?)?, secrets));
    match settings.validate().and_then(|()| candidate.secrets(shared)).and_then(way) {
        Ok((way, secrets)) => {
            office::test(shared, &settings, &secrets, &way, log).await;
            share::test(shared, settings, secrets, log).await;
        }
        Err(error) => log.failed("settings", chain(&error), CORRECT),
    }
}

/// Collects the stages, and hands each out as soon as it is over.
struct Log {
    stages: Vec<TestStage>,
    advice: Option<String>,
    /// Who looks on.
    looking: Option<mpsc::UnboundedSender<TestStage>>,
    since: Instant,
}

impl Log {
    fn new(looking: Option<mpsc::UnboundedSender<TestStage>>) -> Self {
        Self { stages: Vec::new(), advice: None, looking, since: Instant::now() }
    }

    fn passed(&mut self, stage: &str, detail: impl Into<String>) {
        self.timed(stage, true, detail.into());
    }

    fn failed(&mut self, stage: &str, detail: impl Into<String>, advice: impl Into<String>) {
        self.timed(stage, false, detail.into());
        self.advise(Some(advice.into()));
    }

    /// The first advice is the one to follow.
    fn advise(&mut self, advice: Option<String>) {
        self.advice = self.advice.take().or(advice);
    }

    fn timed(&mut self, stage: &str, ok: bool, detail: String) {
        let ms = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.push(TestStage { stage: stage.to_owned(), ok, ms, detail });
    }

    fn push(&mut self, stage: TestStage) {
        if let Some(looking) = &self.looking {
            // Nobody may be looking any more.
            let _ = looking.send(stage.clone());
        }
        self.seen([stage]);
    }

    /// Hands out the stages of the way out as soon as they are over; [`seen`](Self::seen) takes them in afterwards.
    fn watcher(&self) -> impl FnMut(&proxy_config::Stage) + Send + use<> {
        let looking = self.looking.clone();
        move |stage| {
            if let Some(looking) = &looking {
                // Nobody may be looking any more.
                let _ = looking.send(stage.into());
            }
        }
    }

    /// Takes in stages that were handed out.
    fn seen(&mut self, stages: impl IntoIterator<Item = TestStage>) {
        self.stages.extend(stages);
        self.since = Instant::now();
    }

    fn report(self) -> Report {
        Report { ok: self.advice.is_none(), stages: self.stages, advice: self.advice }
    }
}
