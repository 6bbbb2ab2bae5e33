use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::answer::{self, Device, Problem};
use super::pace::Pace;
use crate::BrokerError;

/// The largest answer that is read.
const MAX_ANSWER: usize = 256 * 1024;
/// What a whole call may take.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Our own limit: one call a second.
const GAP: Duration = Duration::from_secs(1);

/// Where sessions are listed at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Group {
    /// A group by its name; it is made when missing.
    Name(String),
    /// A group by its id.
    Id(String),
}

/// TeamViewer's Web API, version 1.
///
/// At most one call a second goes out, further ones wait for their turn; after a 429 none does before the time that
/// the provider named.
pub struct TeamViewer {
    http: reqwest::Client,
    token: SecretString,
    base: Url,
    pub(super) group: Group,
    pub(super) customer: Option<(String, Option<String>)>,
    pub(super) patience: Duration,
    timeout: Duration,
    pace: Mutex<Pace>,
    pub(super) devices: Mutex<Option<(String, Instant, Vec<Device>)>>,
}

impl TeamViewer {
    /// The API at `https://webapi.teamviewer.com/api/v1`, reached through `http`, which must not follow redirects.
    ///
    /// # Errors
    /// Never, in fact: the address is a constant.
    pub fn new(http: reqwest::Client, token: SecretString, group: Group) -> Result<Self, url::ParseError> {
        let base = Url::parse("https://webapi.teamviewer.com/api/v1")?;
        Ok(Self {
            http,
            token,
            base,
            group,
            customer: None,
            patience: 2 * TIMEOUT,
            timeout: TIMEOUT,
            pace: Mutex::new(Pace::new(GAP)),
            devices: Mutex::new(None),
        })
    }

    /// Another address; for tests. Default: TeamViewer's.
    #[must_use]
    pub fn base(self, base: Url) -> Self {
        Self { base, ..self }
    }

    /// The customer's name and e-mail address, shown to the supporter; none by default. A name is cut to 100
    /// characters, an address of more than 254 is left out: longer ones would be refused.
    #[must_use]
    pub fn customer(self, name: &str, email: Option<&str>) -> Self {
        let email = email.filter(|email| email.chars().count() <= 254).map(str::to_owned);
        Self { customer: Some((name.chars().take(100).collect(), email)), ..self }
    }

    /// What a whole call may take, and how far apart calls are; 15 s and 1 s by default.
    #[must_use]
    pub fn timing(self, timeout: Duration, gap: Duration) -> Self {
        Self { timeout, pace: Mutex::new(Pace::new(gap)), patience: 2 * timeout, ..self }
    }

    /// Whether the token is still good.
    ///
    /// # Errors
    /// [`BrokerError::Token`] when it is not, else as of any call.
    pub async fn ping(&self) -> Result<(), BrokerError> {
        let answer: answer::Ping = answer::read(&self.call(Method::GET, &["ping"], &[], None).await?)?;
        answer.token_valid.then_some(()).ok_or(BrokerError::Token)
    }

    /// Makes a call when it is its turn, and returns the body of a success.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Result<Vec<u8>, BrokerError> {
        let turn = lock(&self.pace).take_turn(Instant::now());
        tokio::time::sleep(turn.map_err(|retry_after| BrokerError::RateLimited { retry_after })?).await;
        let answer = self.send(method, self.url(path, query)?, body).await;
        let (status, headers, body) =
            answer.map_err(|error| BrokerError::Transport(error.without_url().into()))?;
        let mut pace = lock(&self.pace);
        match (200..300).contains(&status) {
            true => Ok(body?),
            false => Err(match answer::problem(status, &body.unwrap_or_default()) {
                Problem::TooMany => BrokerError::RateLimited {
                    retry_after: pace.refused(retry_after(&headers), Instant::now()),
                },
                Problem::Error(error) => error,
            }),
        }
        .inspect(|_| pace.accepted())
    }

    async fn send(&self, method: Method, url: Url, body: Option<Vec<u8>>) -> reqwest::Result<Reply> {
        let mut request =
            self.http.request(method, url).timeout(self.timeout).header(ACCEPT, "application/json");
        if let Some(bearer) = self.bearer() {
            request = request.header(AUTHORIZATION, bearer);
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json; charset=utf-8").body(body);
        }
        let mut answer = request.send().await?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_ANSWER {
                return Ok((
                    answer.status().as_u16(),
                    answer.headers().clone(),
                    Err(BrokerError::Malformed(None)),
                ));
            }
        }
        Ok((answer.status().as_u16(), answer.headers().clone(), Ok(body)))
    }

    /// The one place where the token is read. One that cannot stand in a header is not sent; the API refuses the call.
    fn bearer(&self) -> Option<HeaderValue> {
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", self.token.expose_secret())).ok()?;
        bearer.set_sensitive(true);
        Some(bearer)
    }

    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Url, BrokerError> {
        let mut url = self.base.clone();
        url.path_segments_mut().map_err(|()| BrokerError::Malformed(None))?.pop_if_empty().extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }
}

type Reply = (u16, HeaderMap, Result<Vec<u8>, BrokerError>);

/// Whole seconds (RFC 9110, section 10.2.3); a date counts as none.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for TeamViewer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TeamViewer({}, {:?}, token hidden)", self.base, self.group)
    }
}
