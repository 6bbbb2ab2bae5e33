use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use signed_envelope::{KeyId, PublicKey};

use crate::signature::{AnswerParts, Question, SignatureError, SignatureHeaders, verify_answer};
use crate::{CarriedEnvelope, Error, Problem, retry};

/// An answer as it came: from whom is not known yet.
pub(super) struct Received {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) question: Question,
}

/// An answer in the back office's own words.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    pub(super) created: DateTime<Utc>,
    retry_after: Option<Duration>,
}

impl Received {
    /// Believes the answer, when a key that `resolve` knows signed it.
    pub(super) fn believe(&self, resolve: impl FnOnce(&KeyId) -> Option<PublicKey>) -> Result<Answer, Error> {
        let verdict = self.signature().and_then(|signature| {
            let retry_after = self.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let answer = AnswerParts { status: self.status, body: &self.body, retry_after };
            verify_answer(&answer, &signature, &self.question, resolve)
        });
        let verified = verdict.map_err(|source| self.not_genuine(source))?;
        Ok(Answer {
            status: self.status,
            body: self.body.clone(),
            created: verified.created,
            retry_after: verified.retry_after.as_deref().and_then(retry::retry_after),
        })
    }

    /// Whether the answer is signed at all, by whomever.
    pub(super) fn is_signed(&self) -> Result<(), Error> {
        self.signature().map(drop).map_err(|source| self.not_genuine(source))
    }

    /// The field `back_office_keys` of the answer, if it has one: then the keys that the answer itself is signed with.
    pub(super) fn carried_keys(&self) -> Option<Vec<u8>> {
        #[derive(Deserialize)]
        struct Carrier {
            back_office_keys: CarriedEnvelope,
        }
        let carrier: Carrier = serde_json::from_slice(&self.body).ok()?;
        Some(carrier.back_office_keys.to_bytes())
    }

    fn signature(&self) -> Result<SignatureHeaders, SignatureError> {
        SignatureHeaders::collect(|name| self.headers.get_all(name).iter().map(|value| value.as_bytes()))
    }

    fn not_genuine(&self, source: SignatureError) -> Error {
        let content_type = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        Error::NotGenuine {
            status: self.status,
            content_type: content_type.map(|text| text.chars().take(100).collect()),
            source,
        }
    }
}

impl Answer {
    /// The answer, when it is a yes.
    pub(super) fn accepted(self) -> Result<Self, Error> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        // A refusal counts also when its words are not readable: its status is signed.
        let problem =
            serde_json::from_slice(&self.body).unwrap_or_else(|_| Problem::unexplained(self.status));
        Err(Error::Refused {
            status: self.status,
            problem: Box::new(problem),
            retry_after: self.retry_after,
            signed_time: self.created,
        })
    }

    pub(super) fn read<T: DeserializeOwned>(&self, what: &'static str) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|source| Error::unreadable(what, source))
    }
}
