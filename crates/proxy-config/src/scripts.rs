//! PAC scripts from files and URLs, each with its engine.
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ETAG, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::{Response, StatusCode};
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::error::{Cause, chain};
use crate::pac::{MAX_SCRIPT, shown};
use crate::{Error, PacEngine, Repeatable, TlsTrust};

/// How long a script is used before it is asked for again.
const FRESH: Duration = Duration::from_secs(60);
/// More scripts than this are not kept.
const MAX_KNOWN: usize = 8;
/// How long a fetch may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was read, by location. Cloning shares it.
#[derive(Clone, Debug)]
pub(crate) struct Scripts {
    repeatable: Repeatable,
    known: Arc<Mutex<HashMap<String, Known>>>,
}

#[derive(Debug)]
struct Known {
    script: Script,
    engine: PacEngine,
    /// When it was read or confirmed; `None` = it has to be asked for again.
    read: Option<Instant>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Script {
    text: String,
    /// By which its server knows this version: `ETag` and `Last-Modified`.
    version: [Option<HeaderValue>; 2],
}

impl Scripts {
    pub(crate) fn new(repeatable: Repeatable) -> Self {
        Self { repeatable, known: Arc::default() }
    }

    /// The engine for the script at `location`, a file or an http(s) URL; asked for again after a minute.
    ///
    /// A script that was fetched once stays in use while its server cannot be reached: neither "direct" nor "no way out"
    /// would be better.
    pub(crate) async fn engine(&self, location: &str, tls: &TlsTrust) -> Result<PacEngine, Error> {
        let mut all = self.known.lock().await;
        let known = all.get_mut(location);
        if let Some(known) = &known
            && known.read.is_some_and(|read| read.elapsed() < FRESH)
        {
            return Ok(known.engine.clone());
        }
        let script = match (read(location, tls, known.as_ref().map(|known| &known.script)).await, known) {
            (Ok(script), Some(known)) if script.as_ref().is_none_or(|new| new.text == known.script.text) => {
                known.script = script.unwrap_or_else(|| known.script.clone());
                known.read = Some(Instant::now());
                return Ok(known.engine.clone());
            }
            (Ok(script), _) => {
                script.ok_or_else(|| unavailable(location, "304 without a question".into()))?
            }
            (Err(error), Some(known)) if is_url(location) => {
                tracing::warn!(target: "proxy_config::pac", error = chain(&error), "the script read before stays in use");
                known.read = Some(Instant::now());
                return Ok(known.engine.clone());
            }
            (Err(error), _) => return Err(error),
        };
        let engine = PacEngine::start(&shown(location), script.text.clone(), self.repeatable.clone())?;
        if all.len() >= MAX_KNOWN {
            all.clear(); // each has a thread; what is still in use is fetched again
        }
        all.insert(location.into(), Known { script, engine: engine.clone(), read: Some(Instant::now()) });
        Ok(engine)
    }

    /// Whether a script, rather than somebody's web page or nothing, lies at `location`.
    pub(crate) async fn is_script(&self, location: &str, tls: &TlsTrust) -> bool {
        if self.engine(location, tls).await.is_err() {
            return false;
        }
        let mut all = self.known.lock().await;
        let is_script = all.get(location).is_some_and(|known| known.script.text.contains("FindProxyForURL"));
        if !is_script {
            all.remove(location);
        }
        is_script
    }

    /// Every script has to be asked for again.
    pub(crate) async fn forget(&self) {
        self.known.lock().await.values_mut().for_each(|known| known.read = None);
    }
}

/// The script, or none when `known` is still the newest.
async fn read(location: &str, tls: &TlsTrust, known: Option<&Script>) -> Result<Option<Script>, Error> {
    let (bytes, version) = if is_url(location) {
        let answer = ask(location, tls, known).await.map_err(|error| unavailable(location, error))?;
        if answer.status() == StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        let version = [ETAG, LAST_MODIFIED].map(|name| answer.headers().get(name).cloned());
        (body(answer).await.map_err(|error| unavailable(location, error))?, version)
    } else {
        let path = path(location).ok_or_else(|| unavailable(location, "no file of this computer".into()))?;
        let read = tokio::task::spawn_blocking(move || file(&path)).await;
        let read = read.map_err(Cause::from).and_then(|read| read.map_err(Cause::from));
        (read.map_err(|error| unavailable(location, error))?, Default::default())
    };
    if bytes.len() > MAX_SCRIPT {
        return Err(Error::ScriptTooLong { location: shown(location) });
    }
    let text = String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned();
    Ok(Some(Script { text, version }))
}

/// Without a proxy: the script is what tells the proxy.
async fn ask(location: &str, tls: &TlsTrust, known: Option<&Script>) -> Result<Response, Cause> {
    let client = reqwest::Client::builder().tls_backend_preconfigured(tls.client_config()?).no_proxy();
    let mut question = client.timeout(PATIENCE).build()?.get(location);
    if let Some(Script { version: [tag, modified], .. }) = known {
        for (name, value) in [(IF_NONE_MATCH, tag), (IF_MODIFIED_SINCE, modified)] {
            if let Some(value) = value {
                question = question.header(name, value);
            }
        }
    }
    let answer = question.send().await.and_then(Response::error_for_status);
    Ok(answer.map_err(reqwest::Error::without_url)?)
}

async fn body(mut answer: Response) -> Result<Vec<u8>, Cause> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(reqwest::Error::without_url)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_SCRIPT {
            break;
        }
    }
    Ok(bytes)
}

/// Where a script in a file lies: a path, or a `file` URL.
fn path(location: &str) -> Option<PathBuf> {
    match Url::parse(location) {
        Ok(url) if url.scheme() == "file" => url.to_file_path().ok(),
        _ => Some(location.into()),
    }
}

fn file(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_SCRIPT as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_url(location: &str) -> bool {
    Url::parse(location).is_ok_and(|url| ["http", "https"].contains(&url.scheme()))
}

fn unavailable(location: &str, source: Cause) -> Error {
    Error::ScriptUnavailable { location: shown(location), source }
}
