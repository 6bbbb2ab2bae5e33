use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::envelope::Signed;
use crate::public_key::{PEM_BEGIN, PEM_END};
use crate::{Envelope, Error, KeyId, PublicKey};

/// The most keys in a PEM file of trusted keys.
pub const MAX_KEYS: usize = 64;
/// The longest PEM file of trusted keys, in bytes.
const MAX_PEM: usize = 64 * 1024;

/// A key that is trusted, and until when.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    /// The key.
    pub key: PublicKey,
    /// The last moment at which its signatures count, whenever they were made; `None` = always.
    pub not_after: Option<DateTime<Utc>>,
}

impl From<PublicKey> for TrustedKey {
    fn from(key: PublicKey) -> Self {
        Self { key, not_after: None }
    }
}

/// The keys that are trusted, and how many of them must have signed. An empty ring opens nothing.
#[derive(Clone, Debug)]
pub struct KeyRing {
    keys: Vec<TrustedKey>,
    threshold: usize,
}

/// A payload, and who vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened<'e> {
    /// The payload of the envelope.
    pub payload: &'e [u8],
    /// The trusted keys that signed and are still in their time, each once, in the order of the ring.
    pub signers: Vec<KeyId>,
}

impl KeyRing {
    /// A ring with a threshold of 1. A key that is given twice is there once, with the earlier end.
    pub fn new(keys: Vec<TrustedKey>) -> Self {
        let mut distinct: Vec<TrustedKey> = Vec::with_capacity(keys.len());
        for key in keys {
            match distinct.iter_mut().find(|known| known.key == key.key) {
                Some(known) => known.not_after = known.not_after.into_iter().chain(key.not_after).min(),
                None => distinct.push(key),
            }
        }
        Self { keys: distinct, threshold: 1 }
    }

    /// Reads one or more PEM blocks `PUBLIC KEY` (RFC 8410); text around them is passed over.
    ///
    /// # Errors
    /// [`Error::BadKey`] when there is no block, or one of another kind: a private key in a file of trusted keys is
    /// a mistake to be told. [`Error::TooLarge`] above 64 KiB or [`MAX_KEYS`] keys.
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        if pem.len() > MAX_PEM {
            return Err(Error::TooLarge { limit: MAX_PEM });
        }
        let mut keys = Vec::new();
        let mut rest = pem;
        while let Some(start) = rest.find("-----BEGIN ") {
            let block = &rest[start..];
            let end = block.find(PEM_END).map(|end| end + PEM_END.len());
            let Some(end) = end.filter(|_| block.starts_with(PEM_BEGIN)) else {
                return Err(Error::BadKey { what: "only PEM blocks PUBLIC KEY belong among trusted keys" });
            };
            keys.push(PublicKey::from_pem(&block[..end])?.into());
            rest = &block[end..];
        }
        match keys.len() {
            0 => Err(Error::BadKey { what: "no PEM block PUBLIC KEY" }),
            1..=MAX_KEYS => Ok(Self::new(keys)),
            _ => Err(Error::TooLarge { limit: MAX_PEM }),
        }
    }

    /// Asks for signatures by `threshold` distinct keys (default 1).
    ///
    /// # Errors
    /// [`Error::BadThreshold`] when it is 0 or above the number of keys.
    pub fn with_threshold(self, threshold: usize) -> Result<Self, Error> {
        if threshold == 0 || threshold > self.keys.len() {
            return Err(Error::BadThreshold { threshold, keys: self.keys.len() });
        }
        Ok(Self { threshold, ..self })
    }

    /// The keys, each once.
    pub fn keys(&self) -> &[TrustedKey] {
        &self.keys
    }

    /// How many distinct keys must have signed.
    pub const fn threshold(&self) -> usize {
        self.threshold
    }

    /// Hands out the payload when the envelope is of the type, enough keys signed it, and enough of these are still
    /// in their time at `now`; judged in this order.
    ///
    /// # Errors
    /// [`Error::WrongType`], [`Error::NoTrustedSignature`], [`Error::BelowThreshold`], [`Error::KeyExpired`].
    pub fn open<'e>(
        &self,
        envelope: &'e Envelope,
        payload_type: &str,
        now: DateTime<Utc>,
    ) -> Result<Opened<'e>, Error> {
        if envelope.payload_type() != payload_type {
            return Err(Error::WrongType {
                expected: payload_type.to_owned(),
                found: envelope.payload_type().to_owned(),
            });
        }
        let signers = self.signers(envelope);
        let found = signers.len();
        let (valid, over): (Vec<_>, Vec<_>) =
            signers.into_iter().partition(|signer| signer.not_after.is_none_or(|end| now <= end));
        if valid.len() >= self.threshold {
            return Ok(Opened {
                payload: envelope.unverified_payload(),
                signers: valid.iter().map(|signer| signer.key.id()).collect(),
            });
        }
        let ended_last = over.iter().filter_map(|signer| Some((signer.not_after?, signer.key.id()))).max();
        Err(match ended_last {
            Some((not_after, key)) if found >= self.threshold => Error::KeyExpired { key, not_after },
            _ if found > 0 => Error::BelowThreshold { needed: self.threshold, found },
            _ => Error::NoTrustedSignature,
        })
    }

    /// The keys of the ring that signed, each once, whatever their time.
    fn signers(&self, envelope: &Envelope) -> Vec<TrustedKey> {
        let message = envelope.signed_bytes();
        let places: BTreeSet<usize> =
            envelope.signatures.iter().filter_map(|signed| self.signer(&message, signed)).collect();
        places.into_iter().map(|place| self.keys[place]).collect()
    }

    /// The place of the key that made this signature. The hint says where to look first, nothing more.
    fn signer(&self, message: &[u8], signed: &Signed) -> Option<usize> {
        let signature: &[u8; 64] = signed.signature.as_slice().try_into().ok()?;
        let hint: Option<KeyId> = signed.hint.as_deref().and_then(|hint| hint.parse().ok());
        let mut places: Vec<usize> = (0..self.keys.len()).collect();
        places.sort_by_key(|&place| Some(self.keys[place].key.id()) != hint);
        places.into_iter().find(|&place| self.keys[place].key.verify(message, signature))
    }
}

impl From<PublicKey> for KeyRing {
    fn from(key: PublicKey) -> Self {
        Self::new(vec![key.into()])
    }
}

#[cfg(test)]
mod tests;
