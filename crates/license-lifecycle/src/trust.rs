//! Whom to believe, and what it takes to become a verified license.
use std::ops::Deref;

use chrono::{DateTime, Utc};
use signed_envelope::{Digest, KeyId, KeyRing};

/// What a license is held against before it is believed.
#[derive(Clone, Debug)]
pub struct Trust {
    /// The vendor's keys.
    pub keys: KeyRing,
    /// Our product; `None`: any (inspection only).
    pub product: Option<String>,
    /// Our serial number; `None` only for a first import by an operator, which sets it.
    pub serial_number: Option<String>,
    /// The clock of this machine.
    pub now: DateTime<Utc>,
    /// The latest time that anyone signed for ([`known_time`](crate::known_time)); `None`: none seen yet.
    pub known_time: Option<DateTime<Utc>>,
}

/// Something whose signatures were checked against a [`Trust`]. Only opening makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<T> {
    value: T,
    digest: Digest,
    signers: Vec<KeyId>,
}

impl<T> Verified<T> {
    pub(crate) fn new(value: T, digest: Digest, signers: Vec<KeyId>) -> Self {
        Self { value, digest, signers }
    }

    /// SHA-256 of what was signed: the license digest.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The trusted keys that signed, each once.
    pub fn signers(&self) -> &[KeyId] {
        &self.signers
    }

    /// Gives up the proof and keeps the value.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
