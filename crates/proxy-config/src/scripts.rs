//! PAC scripts from files and URLs, each with its engine.
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::error::Cause;
use crate::pac::MAX_SCRIPT;
use crate::{Error, PacEngine, Repeatable, TlsTrust};

/// How long a script is used before it is asked for again.
const FRESH: Duration = Duration::from_secs(60);
/// How long a fetch may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was read, by location. Cloning shares it.
#[derive(Clone, Debug)]
pub(crate) struct Scripts {
    tls: TlsTrust,
    repeatable: Repeatable,
    known: Arc<Mutex<HashMap<String, Known>>>,
}

#[derive(Debug)]
struct Known {
    source: String,
    engine: PacEngine,
    read: Instant,
}

impl Scripts {
    pub(crate) fn new(tls: &TlsTrust, repeatable: Repeatable) -> Self {
        Self { tls: tls.clone(), repeatable, known: Arc::default() }
    }

    /// The engine for the script at `location`, a file or an http(s) URL; read anew after a minute.
    pub(crate) async fn engine(&self, location: &str) -> Result<PacEngine, Error> {
        let mut known = self.known.lock().await;
        if let Some(found) = known.get(location).filter(|found| found.read.elapsed() < FRESH) {
            return Ok(found.engine.clone());
        }
        let source = self.read(location).await?;
        if let Some(found) = known.get_mut(location).filter(|found| found.source == source) {
            found.read = Instant::now();
            return Ok(found.engine.clone());
        }
        let engine = PacEngine::start(location, source.clone(), self.repeatable.clone())?;
        known.insert(location.into(), Known { source, engine: engine.clone(), read: Instant::now() });
        Ok(engine)
    }

    async fn read(&self, location: &str) -> Result<String, Error> {
        let unavailable = |source: Cause| Error::ScriptUnavailable { location: location.into(), source };
        let bytes = if location.starts_with("http://") || location.starts_with("https://") {
            self.fetch(location).await?
        } else {
            let path = location.strip_prefix("file://").unwrap_or(location).to_owned();
            let read = tokio::task::spawn_blocking(move || {
                use std::io::Read;
                let mut bytes = Vec::new();
                std::fs::File::open(path)?.take(MAX_SCRIPT as u64 + 1).read_to_end(&mut bytes).map(|_| bytes)
            });
            read.await
                .map_err(|error| unavailable(error.into()))?
                .map_err(|error| unavailable(error.into()))?
        };
        if bytes.len() > MAX_SCRIPT {
            return Err(Error::ScriptTooLong { location: location.into() });
        }
        Ok(String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned())
    }

    /// Without a proxy: the script is what tells the proxy.
    async fn fetch(&self, location: &str) -> Result<Vec<u8>, Error> {
        let unavailable = |error: reqwest::Error| Error::ScriptUnavailable {
            location: location.into(),
            source: error.without_url().into(),
        };
        let client =
            reqwest::Client::builder().tls_backend_preconfigured(self.tls.client_config()?).no_proxy();
        let client = client.timeout(PATIENCE).build().map_err(unavailable)?;
        let answer = client.get(location).send().await.and_then(reqwest::Response::error_for_status);
        let mut answer = answer.map_err(unavailable)?;
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unavailable)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_SCRIPT {
                break;
            }
        }
        Ok(bytes)
    }
}
