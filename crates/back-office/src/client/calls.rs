use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde::Serialize;
use signed_envelope::{Digest, MAX_ENVELOPE, SigningKey};
use url::Url;

use super::exchange::Call;
use super::{Client, Enrolled};
use crate::retry::PATIENCE;
use crate::signature::Nonce;
use crate::{
    Applicant, AuditAcknowledgement, AuditBatch, Decision, EnrollmentAnswer, EnrollmentRequest, Error,
    Events, KeyRotation, OfferState, OfferedLicense, Presence, ProbeAnswer, SessionReport,
};

/// The most that an answer with the back-office keys may have.
const MAX_KEYS: usize = MAX_ENVELOPE + Call::MOST;
/// The most that the answer to a poll may have: 1 MiB.
const MAX_EVENTS: usize = 1024 * 1024;
/// The most that an offered license may have: a file of 1 MiB in Base64, and two envelopes.
const MAX_LICENSE: usize = 2 * 1024 * 1024;
/// How long a license may take, also over a slow line.
const LICENSE_PATIENCE: Duration = Duration::from_secs(60);

/// Every call fails with [`Error::NotEnrolled`] before there is an installation id, and with the errors of the exchange:
/// [`Error::Connection`], [`Error::TimedOut`], [`Error::BrokeOff`], [`Error::TooLarge`], [`Error::NotGenuine`] (whoever it
/// was, it was not the back office), [`Error::Refused`] (it was); and, when the keys of the back office had to be fetched,
/// those of [`fetch_keys`](Self::fetch_keys). [`Error::hop`] says where to look, [`judge`](crate::retry::judge) whether to
/// try again.
impl Client {
    /// Asks for this installation to be enrolled with its key. The keys in the answer are opened first, then the answer
    /// is verified with them, and only then believed.
    ///
    /// # Errors
    /// [`Error::Refused`] with status 403 for a wrong id, code or serial number, which of them is not said;
    /// [`Error::Envelope`], [`Error::WrongAuthority`], [`Error::KeysExpired`] when the keys are not the back office's.
    pub async fn enroll(&self, applicant: &Applicant, now: DateTime<Utc>) -> Result<Enrolled, Error> {
        let call = self.enrollment(&["enrollments"], applicant)?;
        let answer: EnrollmentAnswer = self.call(&call, now).await?.read("the answer to an enrolment")?;
        self.state().installation_id = Some(answer.installation_id.clone());
        Ok(Enrolled {
            installation_id: answer.installation_id,
            state: answer.state,
            back_office_keys: answer.back_office_keys.to_bytes(),
        })
    }

    /// Asks whether [`enroll`](Self::enroll) would be let in. Nobody is enrolled; a wrong code counts as one there.
    ///
    /// # Errors
    /// As [`enroll`](Self::enroll); [`Error::Refused`] with status 404 by a back office that does not know this call.
    pub async fn try_enrollment(&self, applicant: &Applicant, now: DateTime<Utc>) -> Result<(), Error> {
        let call = self.enrollment(&["enrollments", "trial"], applicant)?;
        self.call(&call, now).await.map(drop)
    }

    fn enrollment(&self, path: &[&str], applicant: &Applicant) -> Result<Call, Error> {
        let public_key = self.state().key.public();
        let nonce = Nonce::generate()?.to_string();
        let request = EnrollmentRequest { applicant: applicant.clone(), public_key, nonce };
        let call = Call::new(Method::POST, self.url(path, None)).body(&request)?;
        Ok(Call { limit: MAX_KEYS, ..call })
    }

    /// Fetches the newest keys of the back office. Other calls do so by themselves when an answer names an unknown key.
    ///
    /// # Errors
    /// [`Error::Envelope`], [`Error::WrongAuthority`], [`Error::LowerSequence`], [`Error::KeysExpired`]: the keys in force
    /// stay.
    pub async fn fetch_keys(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let call = Call::new(Method::GET, self.url(&["back-office-keys"], None));
        self.call(&Call { limit: MAX_KEYS, answers_with_keys: true, ..call }, now).await.map(drop)
    }

    /// Asks for the events after `cursor`, and so acknowledges all up to it: their effects must be durable. The back
    /// office may hold the answer for `wait` (whole seconds); this call gives up 15 s later. `boot` is random for each
    /// start of the process.
    ///
    /// # Errors
    /// [`Error::Refused`] with status 409 when a newer poll has taken this one's place.
    pub async fn events(
        &self,
        cursor: u64,
        wait: Duration,
        boot: &str,
        now: DateTime<Utc>,
    ) -> Result<Events, Error> {
        let query =
            [("cursor", &*cursor.to_string()), ("wait", &*wait.as_secs().to_string()), ("boot", boot)];
        let call = Call {
            limit: MAX_EVENTS,
            patience: wait + PATIENCE,
            ..Call::new(Method::GET, self.enrolled_url(&["events"], &query)?)
        };
        self.call(&call, now).await?.read("the list of events")
    }

    /// Fetches the license that is offered; `None` when there is no offer other than `have`.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn license(
        &self,
        have: Option<&Digest>,
        now: DateTime<Utc>,
    ) -> Result<Option<OfferedLicense>, Error> {
        let have = have.map(Digest::to_string);
        let query: Vec<_> = have.iter().map(|have| ("have", have.as_str())).collect();
        let call = Call {
            limit: MAX_LICENSE,
            patience: LICENSE_PATIENCE,
            ..Call::new(Method::GET, self.enrolled_url(&["license"], &query)?)
        };
        let answer = self.call(&call, now).await?;
        if answer.status == 204 { Ok(None) } else { answer.read("the offered license").map(Some) }
    }

    /// Says what became of an offer. Saying it again changes nothing.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn report_offer(
        &self,
        offer: &Digest,
        state: &OfferState,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.send_to(Method::PUT, &["offers", &offer.to_string(), "state"], state, now).await
    }

    /// Says what the help desk should see.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn report_presence(&self, presence: &Presence, now: DateTime<Utc>) -> Result<(), Error> {
        self.send_to(Method::PUT, &["presence"], presence, now).await
    }

    /// Answers the event `probe`.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn answer_probe(
        &self,
        nonce: &str,
        answer: &ProbeAnswer,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.send_to(Method::POST, &["probes", nonce], answer, now).await
    }

    /// Says what became of a request for assistance; `request_id` is the signed one.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn report_decision(
        &self,
        request_id: &str,
        decision: &Decision,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.send_to(Method::PUT, &["assistance-requests", request_id, "decision"], decision, now).await
    }

    /// Says what a session does; `request_id` is the signed one.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn report_session(
        &self,
        request_id: &str,
        session: &SessionReport,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.send_to(Method::PUT, &["assistance-requests", request_id, "session"], session, now).await
    }

    /// Hands records of the audit in; to be sent again until acknowledged.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn send_audit(
        &self,
        batch: &AuditBatch,
        now: DateTime<Utc>,
    ) -> Result<AuditAcknowledgement, Error> {
        let call = Call::new(Method::POST, self.enrolled_url(&["audit"], &[])?).body(batch)?;
        self.call(&call, now).await?.read("the acknowledgement of an audit")
    }

    /// Goes over to the key `new`, which must be kept durably before: when the answer is lost, either of the two may be in
    /// force, and the next start tries both.
    ///
    /// # Errors
    /// Those of every call; the old key then stays in use here.
    pub async fn rotate_key(&self, new: &SigningKey, now: DateTime<Utc>) -> Result<(), Error> {
        let installation_id = self.installation_id().ok_or(Error::NotEnrolled)?;
        let old = self.state().key.public().id();
        let rotation = KeyRotation::prove(&installation_id, old, new);
        self.send_to(Method::PUT, &["key"], &rotation, now).await?;
        self.state().key = new.clone();
        Ok(())
    }

    /// A call whose answer is a plain yes.
    async fn send_to(
        &self,
        method: Method,
        path: &[&str],
        body: &impl Serialize,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let call = Call::new(method, self.enrolled_url(path, &[])?).body(body)?;
        self.call(&call, now).await.map(drop)
    }

    fn enrolled_url(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Url, Error> {
        if self.state().installation_id.is_none() {
            return Err(Error::NotEnrolled);
        }
        Ok(self.url(path, Some(query).filter(|query| !query.is_empty())))
    }

    /// Each part of the path is one segment, whatever it holds.
    fn url(&self, path: &[&str], query: Option<&[(&str, &str)]>) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.clear().push("v1").extend(path);
        }
        if let Some(query) = query {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }
}
