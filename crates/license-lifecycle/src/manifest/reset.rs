use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::document::VERSION;
use crate::{Mark, Refusal, Trust, Verified, issued_in_the_future};

/// The payload type of a reset's envelope.
pub const RESET_TYPE: &str = "application/vnd.remote-service.sequence-reset+json";

/// Corrects a mistyped sequence: lowers the mark of one serial number, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reset {
    /// Always 1.
    pub version: u64,
    /// The product, compared exactly.
    pub product: String,
    /// The serial number whose mark is lowered.
    pub serial_number: String,
    /// The mistyped sequence: the reset is accepted only while the mark equals it.
    pub from_sequence: u64,
    /// The mark afterwards, lower than `from_sequence`: the next license needs a higher sequence than this.
    pub to_sequence: u64,
    /// The latest known time afterwards.
    pub known_time: DateTime<Utc>,
    /// When the reset was issued.
    pub issued_at: DateTime<Utc>,
}

/// Opens a reset: signatures, JSON, product, serial number, time of issue, in this order.
///
/// # Errors
/// As [`open`](super::open), without those about the license file.
pub fn open_reset(envelope: &[u8], trust: &Trust) -> Result<Verified<Reset>, Refusal> {
    let reset = trust.open_envelope(envelope, RESET_TYPE, |payload| {
        let reset: Reset =
            serde_json::from_slice(payload).map_err(|error| Refusal::malformed("sequence reset", &error))?;
        match reset.flaw() {
            _ if reset.version != VERSION => Err(Refusal::UnsupportedVersion { found: reset.version }),
            Some(flaw) => Err(Refusal::Malformed { part: "sequence reset", detail: flaw.to_owned() }),
            None => Ok(reset),
        }
    })?;
    if trust.product.as_ref().is_some_and(|ours| *ours != reset.product) {
        return Err(Refusal::WrongProduct { found: Some(reset.product.clone()) });
    }
    if trust.serial_number.as_ref().is_some_and(|ours| *ours != reset.serial_number) {
        return Err(Refusal::WrongSerialNumber { found: Some(reset.serial_number.clone()) });
    }
    if issued_in_the_future(reset.issued_at, trust.now, trust.known_time) {
        return Err(Refusal::IssuedInTheFuture { issued_at: reset.issued_at });
    }
    Ok(reset)
}

impl Reset {
    /// What the JSON's types cannot say.
    pub(super) fn flaw(&self) -> Option<&'static str> {
        match self {
            _ if self.version != VERSION => Some("version is not 1"),
            _ if self.to_sequence >= self.from_sequence => Some("to_sequence is not below from_sequence"),
            _ if self.known_time > self.issued_at => Some("known_time is after issued_at"),
            _ => None,
        }
    }
}

impl Verified<Reset> {
    /// The mark that replaces `mark`; the latest known time becomes the reset's `known_time`.
    ///
    /// The mark afterwards is taken by the reset's own digest, so that no license can claim `to_sequence` again, and
    /// the reset does not apply a second time.
    ///
    /// # Errors
    /// [`Refusal::ResetDoesNotApply`] unless there is a mark of the same serial number at `from_sequence`.
    pub fn lower(&self, mark: Option<&Mark>) -> Result<Mark, Refusal> {
        let mark = mark.filter(|mark| mark.serial_number == self.serial_number);
        if mark.map(|mark| mark.sequence) != Some(self.from_sequence) {
            return Err(Refusal::ResetDoesNotApply {
                from: self.from_sequence,
                mark: mark.map(|m| m.sequence),
            });
        }
        Ok(Mark {
            serial_number: self.serial_number.clone(),
            sequence: self.to_sequence,
            digest: self.digest(),
        })
    }
}
