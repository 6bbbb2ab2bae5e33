use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use signed_envelope::{Digest, Envelope, KeyRing, PublicKey, SigningKey};

use super::record::Link;
use crate::Error;

/// The payload type of a signed head.
pub const HEAD_TYPE: &str = "application/vnd.remote-service.audit-head+json";

/// How far an audit goes: the number of records, and the hash of the last one.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Head {
    /// How many records there are.
    pub records: u64,
    /// SHA-256 of the last record's line, without its end of line.
    pub hash: Digest,
}

impl Head {
    /// The head of an audit without any record.
    pub const START: Self = Self { records: 0, hash: Digest::from_bytes([0; 32]) };

    /// Signs the head with the installation's key.
    ///
    /// # Errors
    /// [`Error::Json`].
    pub fn sign(&self, key: &SigningKey) -> Result<Envelope, Error> {
        let payload = serde_json::to_vec(self).map_err(|source| Error::Json(source.into()))?;
        Ok(Envelope::sign(HEAD_TYPE, &payload, &[key]))
    }

    /// Reads a head that one of the keys signed: the installation's own, or those that it had before.
    ///
    /// # Errors
    /// [`Error::BadHead`].
    pub fn open(envelope: &[u8], keys: &[PublicKey]) -> Result<Self, Error> {
        let ring = KeyRing::new(keys.iter().map(|&key| key.into()).collect());
        let envelope = Envelope::parse(envelope).map_err(|source| Error::BadHead(source.into()))?;
        // these keys have no end, so the time does not matter
        let opened = ring
            .open(&envelope, HEAD_TYPE, DateTime::<Utc>::UNIX_EPOCH)
            .map_err(|source| Error::BadHead(source.into()))?;
        serde_json::from_slice(opened.payload).map_err(|source| Error::BadHead(source.into()))
    }

    /// The head after one more line, if the line continues this very audit.
    pub fn next(&self, line: &[u8]) -> Option<Self> {
        let link = Link::of(line)?;
        let follows = self.records.checked_add(1) == Some(link.seq) && link.prev == self.hash;
        follows.then(|| Self { records: link.seq, hash: Digest::of(line) })
    }

    /// The head after these lines, if they continue this very audit, none of them goes beyond `signed`, and where
    /// they reach it they meet it. For a back office, before it acknowledges them.
    pub fn extend(self, lines: &[impl AsRef<[u8]>], signed: &Self) -> Option<Self> {
        let head = lines.iter().try_fold(self, |head, line| head.next(line.as_ref()))?;
        (head.records < signed.records || head == *signed).then_some(head)
    }
}
