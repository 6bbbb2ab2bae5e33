use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use signed_envelope::Digest;

use crate::{
    Error, FileName, License, Mark, Offer,
    kept::Kept,
    server::{DeliveredLicense, ServerErrorKind, Step},
};

/// A license that was accepted and is not known to have reached the license server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Entry {
    /// The license digest: the entry's key.
    pub digest: Digest,
    /// What the license says.
    pub license: License,
    /// Whether the vendor signed it.
    pub signed: bool,
    /// When it was accepted.
    pub added_at: DateTime<Utc>,
    /// Where it stands.
    pub state: EntryState,
    /// Deliveries that failed since it was added or last asked for.
    pub attempts: u32,
    /// Why the last delivery failed.
    pub failure: Option<Failure>,
    pub(crate) file: Kept,
}

/// Where an [`Entry`] stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// To be delivered now.
    Waiting,
    /// Failed; tried again later, or when asked.
    Failed,
    /// A newer license took its place: not delivered, not offered for saving.
    Superseded,
}

/// A delivery that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Failure {
    /// What went wrong, for programs.
    pub kind: ServerErrorKind,
    /// What was being done.
    pub during: Option<Step>,
    /// The server, as it describes itself.
    pub server: String,
    /// The whole chain of causes in English, for support engineers.
    pub message: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The license may have arrived all the same: ask the server's status before trying again.
    pub outcome_unknown: bool,
}

impl Failure {
    /// What is not the server's doing is [`ServerErrorKind::Storage`]: our own files failed.
    pub(super) fn new(server: String, error: &Error, now: DateTime<Utc>) -> Self {
        let cause = match error {
            Error::Deliver { source } => Some(source),
            _ => None,
        };
        Self {
            kind: cause.map_or(ServerErrorKind::Storage, |cause| cause.kind),
            during: cause.and_then(|cause| cause.during),
            server,
            message: cause.map_or_else(|| chain(error), |cause| chain(cause)),
            at: now,
            outcome_unknown: cause.is_none_or(|cause| cause.outcome_unknown),
        }
    }
}

impl Entry {
    pub(crate) fn new(offer: &Offer, now: DateTime<Utc>) -> Self {
        Self {
            digest: offer.digest,
            license: offer.license.clone(),
            signed: offer.signed,
            added_at: now,
            state: EntryState::Waiting,
            attempts: 0,
            failure: None,
            file: Kept::of(&offer.file),
        }
    }

    /// The name of the file that is delivered.
    pub fn file_name(&self) -> &FileName {
        &self.file.name
    }

    /// Whether it is still to be delivered.
    pub fn is_live(&self) -> bool {
        self.state != EntryState::Superseded
    }

    /// The mark that this license sets, where it has a sequence.
    pub(crate) fn mark(&self) -> Option<Mark> {
        let (serial_number, sequence) = self.license.serial_number.clone().zip(self.license.sequence)?;
        Some(Mark { serial_number, sequence, digest: self.digest })
    }

    /// What a [`ServerStatus`](crate::server::ServerStatus) is asked about, with the license in force before it.
    pub fn as_delivered(&self, previous: Option<&License>) -> DeliveredLicense {
        DeliveredLicense {
            name: self.file.name.clone(),
            sha256: self.file.sha256,
            license: self.license.clone(),
            previous: previous.cloned(),
            since: self.added_at,
        }
    }

    /// Whether `self` takes the place of `older`: they are for the same serial number, or would lie under one name. What
    /// was accepted earlier by a clock that was set back since may be the newer one: the sequence tells.
    pub(super) fn supersedes(&self, older: &Self) -> bool {
        let (ours, theirs) = (&self.license, &older.license);
        let same_serial = ours.serial_number == theirs.serial_number;
        let lower = ours.sequence.zip(theirs.sequence).is_some_and(|(ours, theirs)| ours < theirs);
        older.is_live()
            && older.digest != self.digest
            && !(same_serial && lower)
            && self.shares_a_place_with(older)
    }

    /// For the same serial number, or under the same name: only one of them can be in use.
    pub(super) fn shares_a_place_with(&self, other: &Self) -> bool {
        self.license.serial_number == other.license.serial_number || self.file.name == other.file.name
    }

    /// Failed at the log-on, and nothing was changed since: each further log-on may lock the account.
    pub(super) fn waits_for_credentials(&self) -> Option<&Failure> {
        let failed = self.state == EntryState::Failed;
        self.failure.as_ref().filter(|failure| failed && failure.kind.is_about_credentials())
    }
}

/// The error and its causes, joined by colons.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
