use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Method, Response};
use serde::Serialize;
use url::Url;

use super::Client;
use super::received::{Answer, Received};
use crate::keys::{BackOfficeKeys, open_back_office_keys};
use crate::signature::{Nonce, Question, RequestParts, SignatureError, sign_request};
use crate::{Error, Problem};

/// A learned offset that is nearer than this to the one in use would change nothing: signed times are whole seconds.
const SAME_OFFSET: TimeDelta = TimeDelta::seconds(2);

/// One call of the protocol.
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) body: Vec<u8>,
    /// The most bytes that its answer may have.
    pub(super) limit: usize,
    /// How long the whole exchange may take.
    pub(super) patience: Duration,
    /// Whether the body of a 200 is the envelope with the keys that sign it.
    pub(super) answers_with_keys: bool,
}

impl Call {
    pub(super) const MOST: usize = 64 * 1024;
    pub(super) const LONGEST: Duration = Duration::from_secs(30);

    pub(super) fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            body: Vec::new(),
            limit: Self::MOST,
            patience: Self::LONGEST,
            answers_with_keys: false,
        }
    }

    pub(super) fn body(self, body: &impl Serialize) -> Result<Self, Error> {
        let body = serde_json::to_vec(body).map_err(|source| Error::unreadable("the request", source))?;
        Ok(Self { body, ..self })
    }
}

impl Client {
    /// Makes the call; once more, when the back office's clock turns out to be another than we thought.
    pub(super) async fn call(&self, call: &Call, now: DateTime<Utc>) -> Result<Answer, Error> {
        let answer = self.genuine(call, now).await?;
        if answer.status == 401 && self.learn_offset(answer.created - now) {
            return self.genuine(call, now).await?.accepted();
        }
        answer.accepted()
    }

    /// Whether there was something to learn.
    fn learn_offset(&self, offset: TimeDelta) -> bool {
        let mut state = self.state();
        let is_news = (offset - state.offset).abs() > SAME_OFFSET;
        if is_news {
            state.offset = offset;
        }
        is_news
    }

    /// An answer that the back office signed. Its keys are fetched first, when the answer names one that is not known.
    async fn genuine(&self, call: &Call, now: DateTime<Utc>) -> Result<Answer, Error> {
        let received = self.send(call, now).await?;
        received.is_signed()?;
        let fresh = self.keys_in(&received, call, now)?;
        let keys = fresh.clone().or_else(|| self.keys_in_force(now));
        let verdict = received.believe(|id| keys?.key(id));
        let verdict = match verdict {
            Err(Error::NotGenuine { source: SignatureError::UnknownKey { .. }, .. })
                if fresh.is_none() && !call.answers_with_keys =>
            {
                Box::pin(self.fetch_keys(now)).await?;
                let keys = self.keys_in_force(now);
                received.believe(|id| keys?.key(id))
            }
            verdict => verdict,
        };
        let answer = verdict?;
        let mut state = self.state();
        state.signed_time = state.signed_time.max(Some(answer.created));
        // A call that runs beside this one may have brought newer keys meanwhile.
        let sequence =
            |keys: &Option<Arc<BackOfficeKeys>>| keys.as_ref().map(|keys| keys.document().sequence);
        if sequence(&fresh) >= sequence(&state.keys) {
            state.keys = fresh;
        }
        Ok(answer)
    }

    /// The keys that the answer brings along, opened; not to be kept before the answer is believed.
    fn keys_in(
        &self,
        received: &Received,
        call: &Call,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<BackOfficeKeys>>, Error> {
        let envelope = match call.answers_with_keys && received.status == 200 {
            true => Some(received.body.clone()),
            false => received.carried_keys(),
        };
        let (last_sequence, offset) = {
            let state = self.state();
            (state.keys.as_ref().map(|keys| keys.document().sequence), state.offset)
        };
        let open = |envelope: Vec<u8>| {
            open_back_office_keys(&envelope, &self.trusted, &self.authority, last_sequence, now + offset)
        };
        Ok(envelope.map(open).transpose()?.map(Arc::new))
    }

    fn keys_in_force(&self, now: DateTime<Utc>) -> Option<Arc<BackOfficeKeys>> {
        let state = self.state();
        state.keys.clone().filter(|keys| now + state.offset <= keys.document().expires_at)
    }

    /// Signs the request, sends it and reads the answer, within the limits of the call.
    async fn send(&self, call: &Call, now: DateTime<Utc>) -> Result<Received, Error> {
        let nonce = Nonce::generate()?;
        let patience = call.patience.min(self.patience);
        let parts = RequestParts {
            method: call.method.as_str(),
            authority: &self.authority,
            path: call.url.path(),
            query: call.url.query(),
            body: &call.body,
        };
        let signature = {
            let state = self.state();
            sign_request(&parts, &state.key, now + state.offset, &nonce)
        };
        let mut request = self
            .http
            .request(call.method.clone(), call.url.clone())
            .timeout(patience)
            .header(ACCEPT, format!("application/json, {}", Problem::MEDIA_TYPE));
        for (name, value) in signature.iter() {
            request = request.header(name, value);
        }
        if !call.body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json").body(call.body.clone());
        }
        let response = request.send().await.map_err(|error| match error.is_timeout() {
            true => Error::TimedOut { limit: patience, status: None },
            false => Error::Connection { source: Box::new(error.without_url()) },
        })?;
        Ok(Received {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: read(response, call.limit, patience).await?,
            question: Question::new(&parts, Some(&nonce)),
        })
    }
}

/// Reads the body up to `limit` bytes; its time runs on.
async fn read(mut response: Response, limit: usize, patience: Duration) -> Result<Vec<u8>, Error> {
    let status = response.status().as_u16();
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(Error::TooLarge { status, limit });
    }
    let broken = |error: reqwest::Error| match error.is_timeout() {
        true => Error::TimedOut { limit: patience, status: Some(status) },
        false => Error::BrokeOff { status, source: Box::new(error.without_url()) },
    };
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if body.len() + chunk.len() > limit {
            return Err(Error::TooLarge { status, limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
