//! The keys that a back office signs with: `trusted_keys` (the vendor's, pinned in the product) vouch for them, so that
//! no inspecting proxy can put its own there.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use signed_envelope::{Envelope, KeyId, KeyRing, PublicKey};

use crate::Error;

/// Payload type of the envelope.
pub const TYPE: &str = "application/vnd.remote-service.back-office-keys+json";
/// The only version of the payload.
pub const VERSION: u32 = 1;

/// Payload of the envelope `back_office_keys`, as the vendor signs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeysDocument {
    /// [`VERSION`].
    pub version: u32,
    /// Name of the product.
    pub product: String,
    /// The back office that these keys are for: host, and port unless 443.
    pub authority: String,
    /// Rises with each issue; a lower one is refused.
    pub sequence: u64,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// The last moment at which it counts.
    pub expires_at: DateTime<Utc>,
    /// The keys that sign answers and assistance requests.
    pub keys: Vec<PublicKey>,
}

/// Keys of a back office that the vendor vouches for; only [`open_back_office_keys`] makes them.
#[derive(Clone, Debug)]
pub struct BackOfficeKeys {
    document: KeysDocument,
    envelope: Vec<u8>,
}

/// Opens an envelope `back_office_keys`. `authority` is the one that was called, `last_sequence` the highest seen so far
/// for it; the same sequence again is welcome.
///
/// # Errors
/// Judged in this order: [`Error::Envelope`], [`Error::Unreadable`], [`Error::UnsupportedVersion`],
/// [`Error::WrongAuthority`], [`Error::LowerSequence`], [`Error::KeysExpired`].
pub fn open_back_office_keys(
    envelope: &[u8],
    trusted: &KeyRing,
    authority: &str,
    last_sequence: Option<u64>,
    now: DateTime<Utc>,
) -> Result<BackOfficeKeys, Error> {
    let keys = open_at_any_age(envelope, trusted, authority, now)?;
    let KeysDocument { sequence, expires_at, .. } = keys.document;
    if let Some(last) = last_sequence.filter(|last| sequence < *last) {
        return Err(Error::LowerSequence { last, found: sequence });
    }
    if expires_at < now {
        return Err(Error::KeysExpired { expires_at });
    }
    Ok(keys)
}

/// Opens an envelope that was accepted before: also an expired one says which sequences are too low.
pub(crate) fn open_at_any_age(
    envelope: &[u8],
    trusted: &KeyRing,
    authority: &str,
    now: DateTime<Utc>,
) -> Result<BackOfficeKeys, Error> {
    let parsed = Envelope::parse(envelope)?;
    let opened = trusted.open(&parsed, TYPE, now)?;
    let document = read(opened.payload)?;
    if !document.authority.eq_ignore_ascii_case(authority) {
        return Err(Error::WrongAuthority { expected: authority.to_owned(), found: document.authority });
    }
    Ok(BackOfficeKeys { document, envelope: envelope.to_owned() })
}

/// The version is judged before the fields that only that version has.
fn read(payload: &[u8]) -> Result<KeysDocument, Error> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
    }
    let unreadable = |source| Error::unreadable("the list of back-office keys", source);
    let Versioned { version } = serde_json::from_slice(payload).map_err(unreadable)?;
    if version != VERSION {
        return Err(Error::UnsupportedVersion { found: version });
    }
    serde_json::from_slice(payload).map_err(unreadable)
}

impl BackOfficeKeys {
    /// What the vendor signed.
    pub fn document(&self) -> &KeysDocument {
        &self.document
    }

    /// The envelope, as it came: to be kept, and opened again at the next start.
    pub fn envelope(&self) -> &[u8] {
        &self.envelope
    }

    /// The key of that id.
    pub fn key(&self, id: &KeyId) -> Option<PublicKey> {
        self.document.keys.iter().find(|key| key.id() == *id).copied()
    }

    /// The ring that opens assistance requests; never one for licenses.
    pub fn ring(&self) -> KeyRing {
        KeyRing::new(self.document.keys.iter().copied().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests;
