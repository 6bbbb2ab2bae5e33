//! Why a license is not accepted.
use chrono::{DateTime, Utc};
use signed_envelope::{Digest, KeyId};

/// Why a license is not accepted. The license in force stays in force.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The bytes are not what the format prescribes.
    #[error("{part} is malformed: {detail}")]
    Malformed {
        /// What was read: `envelope`, `manifest`, …
        part: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// The bytes are more than anyone would issue.
    #[error("{part} is larger than {limit} bytes")]
    TooLarge {
        /// What was read.
        part: &'static str,
        /// The limit in bytes.
        limit: u64,
    },
    /// The envelope holds something else than a license.
    #[error("signed content is of type {found:?}")]
    WrongType {
        /// The type that the envelope states.
        found: String,
    },
    /// No signature, or too few, of keys that are trusted here.
    #[error("signed by {found} trusted keys, {needed} needed")]
    SignatureUntrusted {
        /// Distinct trusted keys needed.
        needed: usize,
        /// Distinct trusted keys found.
        found: usize,
    },
    /// Trusted keys signed, but they were no longer to be used.
    #[error("key {key} is no longer accepted")]
    KeyExpired {
        /// The key.
        key: KeyId,
        /// Its last moment.
        not_after: DateTime<Utc>,
    },
    /// The document is of a version that this release does not know.
    #[error("version {found} is not supported")]
    UnsupportedVersion {
        /// The version found.
        found: u64,
    },
    /// The file is not the one that was signed.
    #[error("license file is not the one that was signed")]
    FileMismatch {
        /// SHA-256 that was signed.
        expected: Digest,
        /// SHA-256 of the file.
        found: Digest,
    },
    /// It is for another product.
    #[error("license is for product {}", named(found))]
    WrongProduct {
        /// The product it names.
        found: Option<String>,
    },
    /// It is for another installation.
    #[error("license is for serial number {}", named(found))]
    WrongSerialNumber {
        /// The serial number it names.
        found: Option<String>,
    },
    /// It is older than one that was accepted before.
    #[error("sequence {offered} is lower than {mark}, which was accepted before")]
    LowerSequence {
        /// The sequence offered.
        offered: u64,
        /// The highest sequence accepted for this serial number.
        mark: u64,
    },
    /// Two different licenses claim the same sequence.
    #[error("sequence {sequence} was accepted before with other content")]
    Equivocation {
        /// The sequence.
        sequence: u64,
    },
    /// It has no sequence, and was issued before the license in force.
    #[error("license was issued before the one in force, of {in_force}")]
    IssuedEarlier {
        /// When it was issued, if it says so.
        offered: Option<DateTime<Utc>>,
        /// When the license in force was issued.
        in_force: DateTime<Utc>,
    },
    /// An unsigned license would replace a signed one, and nobody confirmed that.
    #[error("an unsigned license does not replace a signed one without confirmation")]
    ReplacesSigned,
    /// A reset of the sequence is for another mark, or was applied before.
    #[error("reset is for another sequence than the one accepted last, or was applied before")]
    ResetDoesNotApply {
        /// The mark that the reset is for.
        from: u64,
        /// The mark, if there is one for that serial number.
        mark: Option<u64>,
    },
    /// It is signed or encrypted in a way that is not read here.
    #[error("algorithm {found:?} is not supported")]
    UnsupportedAlgorithm {
        /// The algorithm it names.
        found: String,
    },
    /// It is encrypted, and the secret (for a machine file: or the fingerprint) is not given.
    #[error("license is encrypted, and the secret to read it is missing")]
    SecretNeeded,
    /// It is encrypted with another secret, or for another fingerprint.
    #[error("license is encrypted with another secret")]
    WrongSecret,
    /// It is for another machine.
    #[error("license is for fingerprint {found:?}")]
    WrongFingerprint {
        /// The fingerprint it names.
        found: String,
    },
    /// The file, whatever the license in it says, is no longer to be used.
    #[error("license file expired at {expired}")]
    FileExpired {
        /// Its end.
        expired: DateTime<Utc>,
    },
    /// It claims to be issued later than any clock allows.
    #[error("license claims to be issued at {issued_at}, in the future")]
    IssuedInTheFuture {
        /// The time it claims.
        issued_at: DateTime<Utc>,
    },
}

impl Refusal {
    /// Bytes that are not what the format prescribes, in the words of the reader that found out.
    pub fn malformed(part: &'static str, error: &dyn std::error::Error) -> Self {
        Self::Malformed { part, detail: error.to_string() }
    }

    /// The refusal's stable name in snake case, for JSON, logs and the back office.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "malformed",
            Self::TooLarge { .. } => "too_large",
            Self::WrongType { .. } => "wrong_type",
            Self::SignatureUntrusted { .. } => "signature_untrusted",
            Self::KeyExpired { .. } => "key_expired",
            Self::UnsupportedVersion { .. } => "unsupported_version",
            Self::FileMismatch { .. } => "file_mismatch",
            Self::WrongProduct { .. } => "wrong_product",
            Self::WrongSerialNumber { .. } => "wrong_serial_number",
            Self::LowerSequence { .. } => "lower_sequence",
            Self::Equivocation { .. } => "equivocation",
            Self::IssuedEarlier { .. } => "issued_earlier",
            Self::ReplacesSigned => "replaces_signed",
            Self::ResetDoesNotApply { .. } => "reset_does_not_apply",
            Self::UnsupportedAlgorithm { .. } => "unsupported_algorithm",
            Self::SecretNeeded => "secret_needed",
            Self::WrongSecret => "wrong_secret",
            Self::WrongFingerprint { .. } => "wrong_fingerprint",
            Self::FileExpired { .. } => "file_expired",
            Self::IssuedInTheFuture { .. } => "issued_in_the_future",
        }
    }
}

fn named(found: &Option<String>) -> &str {
    found.as_deref().unwrap_or("(none)")
}
