//! What is remembered of licenses that were accepted.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use signed_envelope::Digest;

use crate::License;

/// The license in force: the last one that was recorded as delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The license.
    pub license: License,
    /// Its license digest: SHA-256 of the signed payload, or of the bytes of an unsigned file.
    pub digest: Digest,
    /// Whether it was signed by the vendor; unsigned ones are imported by operators only.
    pub signed: bool,
    /// When it was delivered to the license server.
    pub delivered_at: DateTime<Utc>,
}

/// The highest sequence accepted for a serial number: nothing below it is accepted again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Whose mark it is.
    pub serial_number: String,
    /// The highest sequence accepted.
    pub sequence: u64,
    /// The license digest that had it.
    pub digest: Digest,
}
