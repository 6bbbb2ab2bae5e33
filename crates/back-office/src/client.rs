use std::time::Duration;

use chrono::{DateTime, Utc};
use signed_envelope::{Digest, KeyRing, SigningKey};
use url::Url;

use crate::{
    Applicant, AuditAcknowledgement, AuditBatch, BackOfficeKeys, Decision, EnrollmentState, Error, Events,
    OfferState, OfferedLicense, Presence, ProbeAnswer, SessionReport,
};

/// An installation's side of the protocol.
#[derive(Debug)]
pub struct Client {}

/// What an enrolment brought.
#[derive(Clone, Debug)]
pub struct Enrolled {
    /// What the back office calls the installation.
    pub installation_id: String,
    /// Whether it must wait for approval.
    pub state: EnrollmentState,
    /// The keys envelope, to be kept with the id.
    pub back_office_keys: Vec<u8>,
}

#[allow(unused_variables, missing_docs, clippy::missing_errors_doc, clippy::todo)]
impl Client {
    pub fn new(http: reqwest::Client, base: &Url, key: SigningKey, trusted: KeyRing) -> Result<Self, Error> {
        todo!()
    }
    pub fn with_installation(
        self,
        installation_id: String,
        back_office_keys: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        todo!()
    }
    pub async fn enroll(&self, applicant: &Applicant, now: DateTime<Utc>) -> Result<Enrolled, Error> {
        todo!()
    }
    pub async fn events(
        &self,
        cursor: u64,
        wait: Duration,
        boot: &str,
        now: DateTime<Utc>,
    ) -> Result<Events, Error> {
        todo!()
    }
    pub async fn license(
        &self,
        have: Option<&Digest>,
        now: DateTime<Utc>,
    ) -> Result<Option<OfferedLicense>, Error> {
        todo!()
    }
    pub async fn report_offer(
        &self,
        offer: &Digest,
        state: &OfferState,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        todo!()
    }
    pub async fn report_presence(&self, presence: &Presence, now: DateTime<Utc>) -> Result<(), Error> {
        todo!()
    }
    pub async fn answer_probe(
        &self,
        nonce: &str,
        answer: &ProbeAnswer,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        todo!()
    }
    pub async fn report_decision(
        &self,
        request_id: &str,
        decision: &Decision,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        todo!()
    }
    pub async fn report_session(
        &self,
        request_id: &str,
        session: &SessionReport,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        todo!()
    }
    pub async fn send_audit(
        &self,
        batch: &AuditBatch,
        now: DateTime<Utc>,
    ) -> Result<AuditAcknowledgement, Error> {
        todo!()
    }
    pub async fn rotate_key(&self, new: &SigningKey, now: DateTime<Utc>) -> Result<(), Error> {
        todo!()
    }
    pub async fn fetch_keys(&self, now: DateTime<Utc>) -> Result<(), Error> {
        todo!()
    }
    pub fn installation_id(&self) -> Option<String> {
        todo!()
    }
    pub fn signed_time(&self) -> Option<DateTime<Utc>> {
        todo!()
    }
    pub fn back_office_keys(&self) -> Option<BackOfficeKeys> {
        todo!()
    }
}
