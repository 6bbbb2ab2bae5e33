//! Who this back office is, and what proves it.
use back_office::CarriedEnvelope;
use back_office::keys::{KeysDocument, open_back_office_keys};
use chrono::{DateTime, Utc};
use signed_envelope::{Envelope, KeyRing, SigningKey};

use crate::{Config, Error};

/// The key that signs answers, and the vendor's word for it.
#[derive(Debug)]
pub(crate) struct Identity {
    /// The product whose installations are served.
    pub(crate) product: String,
    /// `host` or `host:port`, as installations call it and sign for it.
    pub(crate) authority: String,
    pub(crate) signing_key: SigningKey,
    /// The vendor's envelope, as it is handed out.
    pub(crate) keys: CarriedEnvelope,
    /// The vendor's keys.
    pub(crate) trusted: KeyRing,
}

impl Identity {
    /// Opens the vendor's envelope as installations do, and checks that it names our key.
    ///
    /// # Errors
    /// [`Error::Keys`], [`Error::Config`].
    pub(crate) fn open(config: &Config, now: DateTime<Utc>) -> Result<Self, Error> {
        let authority = authority(&config.back_office_keys)?;
        let keys =
            open_back_office_keys(&config.back_office_keys, &config.trusted_keys, &authority, None, now)?;
        if keys.key(&config.signing_key.public().id()).is_none() {
            return Err(Error::config("the back-office keys do not name the signing key"));
        }
        Ok(Self {
            product: keys.document().product.clone(),
            authority,
            signing_key: config.signing_key.clone(),
            keys: CarriedEnvelope::from_bytes(keys.envelope())?,
            trusted: config.trusted_keys.clone(),
        })
    }
}

/// The authority that the envelope is for; whether the vendor signed it is judged after.
fn authority(envelope: &[u8]) -> Result<String, Error> {
    let malformed = || Error::config("the back-office keys are malformed");
    let envelope = Envelope::parse(envelope).map_err(|_| malformed())?;
    let document: KeysDocument =
        serde_json::from_slice(envelope.unverified_payload()).map_err(|_| malformed())?;
    Ok(document.authority)
}
