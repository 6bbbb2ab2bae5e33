use chrono::{DateTime, Utc};

use crate::KeyId;

/// Why an envelope was not opened or a key was not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// More bytes than an envelope or a key file may have.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The most that is read.
        limit: usize,
    },
    /// Not a DSSE envelope.
    #[error("malformed envelope: {what}")]
    Malformed {
        /// The part that is wrong.
        what: &'static str,
        /// What the JSON or Base64 reader said.
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// A genuine envelope of another kind must not pass for this one.
    #[error("payload type is {found:?}, not {expected:?}")]
    WrongType {
        /// The type that was asked for.
        expected: String,
        /// The type that the envelope names.
        found: String,
    },
    /// None of the signatures is by a key of the ring.
    #[error("no signature by a trusted key")]
    NoTrustedSignature,
    /// Trusted keys signed, but too few.
    #[error("signed by {found} trusted keys, {needed} are needed")]
    BelowThreshold {
        /// The ring's threshold.
        needed: usize,
        /// Distinct trusted keys that signed.
        found: usize,
    },
    /// Enough keys signed, but not enough of them are still to be trusted.
    #[error("key {key} is trusted until {not_after} only")]
    KeyExpired {
        /// The signer whose time is over; the one that ended last, where there are several.
        key: KeyId,
        /// The last moment at which it counted.
        not_after: DateTime<Utc>,
    },
    /// Not an Ed25519 key in a form that is read here.
    #[error("not a usable Ed25519 key: {what}")]
    BadKey {
        /// What was expected; never a part of the key.
        what: &'static str,
    },
    /// Not 16 hex digits.
    #[error("a key id has 16 hex digits")]
    BadKeyId,
    /// Not 64 hex digits.
    #[error("a SHA-256 digest has 64 hex digits")]
    BadDigest,
    /// A threshold of zero trusts everyone, one above the number of keys nobody.
    #[error("threshold {threshold} does not fit {keys} keys")]
    BadThreshold {
        /// The threshold that was asked for.
        threshold: usize,
        /// Distinct keys in the ring.
        keys: usize,
    },
    /// The operating system gave no random bytes.
    #[error("no random bytes from the operating system")]
    Random {
        /// What it said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    pub(crate) fn malformed(what: &'static str) -> Self {
        Self::Malformed { what, source: None }
    }

    pub(crate) fn unreadable(
        what: &'static str,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Malformed { what, source: Some(Box::new(source)) }
    }
}
