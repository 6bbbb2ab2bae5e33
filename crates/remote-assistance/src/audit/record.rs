use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use signed_envelope::Digest;

use super::{Event, Head};
use crate::Error;

/// The longest line that is read. What is written is far shorter: a request has at most some thousand bytes.
pub(super) const MAX_LINE: usize = 64 * 1024;

/// One line of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its number; the first is 1.
    pub seq: u64,
    /// When, by the computer's clock.
    pub at: DateTime<Utc>,
    /// SHA-256 of the line before, without its end of line; 64 zeros in the first record.
    pub prev: Digest,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

impl Record {
    /// The record that follows `head`, as a line without its end.
    pub(super) fn line(head: &Head, event: Event, at: DateTime<Utc>) -> Result<(Self, Vec<u8>), Error> {
        let record = Self { seq: head.records + 1, at, prev: head.hash, event };
        let line = serde_json::to_vec(&record).map_err(|source| Error::Json(source.into()))?;
        Ok((record, line))
    }

    /// Reads a line; `None` for one that is none of ours.
    pub fn parse(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(line).ok()
    }
}

/// What chains a line to the one before; all that a check of the chain needs, whatever the line tells.
#[derive(Deserialize)]
pub(super) struct Link {
    pub(super) seq: u64,
    pub(super) prev: Digest,
}

impl Link {
    pub(super) fn of(line: &[u8]) -> Option<Self> {
        (line.len() <= MAX_LINE).then(|| serde_json::from_slice(line).ok()).flatten()
    }
}
