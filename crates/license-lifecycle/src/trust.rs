use std::ops::Deref;

use chrono::{DateTime, Utc};
use signed_envelope::{Digest, Envelope, KeyId, KeyRing, MAX_ENVELOPE, TrustedKey};

use crate::{License, Refusal, issued_in_the_future, read_clock};

/// The largest license file that is read by default, in bytes: 1 MiB.
pub const MAX_FILE: u64 = 1024 * 1024;

/// What a license is held against before it is believed, and the only maker of [`Verified`].
#[derive(Clone, Debug)]
pub struct Trust {
    /// The vendor's keys.
    pub keys: KeyRing,
    /// Our product; `None` (default): any, for inspection only.
    pub product: Option<String>,
    /// Our serial number; `None` (default): any. Only a first import by an operator may leave it open: it sets it.
    pub serial_number: Option<String>,
    /// What the clock of this machine says.
    pub now: DateTime<Utc>,
    /// The latest time that anyone signed for ([`known_time`](crate::known_time)); `None` (default): none seen yet.
    pub known_time: Option<DateTime<Utc>>,
    /// The largest license file read, in bytes; default [`MAX_FILE`].
    pub max_file: u64,
}

impl Trust {
    /// Trusts these keys, for any product and serial number.
    pub fn new(keys: KeyRing, now: DateTime<Utc>) -> Self {
        Self { keys, product: None, serial_number: None, now, known_time: None, max_file: MAX_FILE }
    }

    /// Opens a DSSE envelope of `payload_type` and lets `read` decode its payload, which nothing reads before the
    /// signatures are checked. The digest is that of the payload.
    ///
    /// A key's end (`not_after`) is judged at the clock's time, or at the known time when the clock was set back.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`], [`Refusal::Malformed`], [`Refusal::WrongType`], [`Refusal::SignatureUntrusted`],
    /// [`Refusal::KeyExpired`], and whatever `read` refuses.
    pub fn open_envelope<T>(
        &self,
        envelope: &[u8],
        payload_type: &str,
        read: impl FnOnce(&[u8]) -> Result<T, Refusal>,
    ) -> Result<Verified<T>, Refusal> {
        let envelope = parse_envelope(envelope)?;
        let opened =
            self.keys.open(&envelope, payload_type, self.time()).map_err(|error| self.refusal(error))?;
        Ok(Verified { value: read(opened.payload)?, digest: envelope.digest(), signers: opened.signers })
    }

    /// Checks a bare Ed25519 signature over `message` and lets `read` decode the message, for formats without a DSSE
    /// envelope. The digest is that of the message.
    ///
    /// # Errors
    /// [`Refusal::SignatureUntrusted`] (also when the key ring asks for more than one signature),
    /// [`Refusal::KeyExpired`], and whatever `read` refuses.
    pub fn open_signed<T>(
        &self,
        message: &[u8],
        signature: &[u8; 64],
        read: impl FnOnce(&[u8]) -> Result<T, Refusal>,
    ) -> Result<Verified<T>, Refusal> {
        let signer = self.keys.keys().iter().find(|trusted| trusted.key.verify(message, signature));
        let needed = self.keys.threshold();
        let Some(TrustedKey { key, not_after }) = signer.filter(|_| needed == 1) else {
            return Err(Refusal::SignatureUntrusted { needed, found: usize::from(signer.is_some()) });
        };
        match *not_after {
            Some(not_after) if self.time() > not_after => {
                Err(Refusal::KeyExpired { key: key.id(), not_after })
            }
            _ => Ok(Verified { value: read(message)?, digest: Digest::of(message), signers: vec![key.id()] }),
        }
    }

    /// Holds a license against our product, our serial number and the clock, in this order. Every format ends with
    /// it; a license that names no product fits every product, because some formats have no place for one.
    ///
    /// # Errors
    /// [`Refusal::WrongProduct`], [`Refusal::WrongSerialNumber`], [`Refusal::IssuedInTheFuture`].
    pub fn judge(&self, license: &License) -> Result<(), Refusal> {
        let other_product = license.product.is_some() && license.product != self.product;
        if self.product.is_some() && other_product {
            return Err(Refusal::WrongProduct { found: license.product.clone() });
        }
        if self.serial_number.is_some() && license.serial_number != self.serial_number {
            return Err(Refusal::WrongSerialNumber { found: license.serial_number.clone() });
        }
        match license.issued_at {
            Some(issued_at) if issued_in_the_future(issued_at, self.now, self.known_time) => {
                Err(Refusal::IssuedInTheFuture { issued_at })
            }
            _ => Ok(()),
        }
    }

    fn time(&self) -> DateTime<Utc> {
        read_clock(self.now, self.known_time).time
    }

    fn refusal(&self, error: signed_envelope::Error) -> Refusal {
        let needed = self.keys.threshold();
        match error {
            signed_envelope::Error::WrongType { found, .. } => Refusal::WrongType { found },
            signed_envelope::Error::KeyExpired { key, not_after } => Refusal::KeyExpired { key, not_after },
            signed_envelope::Error::BelowThreshold { found, .. } => {
                Refusal::SignatureUntrusted { needed, found }
            }
            _ => Refusal::SignatureUntrusted { needed, found: 0 },
        }
    }
}

/// Reads the frame of an envelope, believing nothing in it.
pub(crate) fn parse_envelope(bytes: &[u8]) -> Result<Envelope, Refusal> {
    Envelope::parse(bytes).map_err(|error| match error {
        signed_envelope::Error::TooLarge { .. } => {
            Refusal::TooLarge { part: "envelope", limit: MAX_ENVELOPE as u64 }
        }
        error => Refusal::malformed("envelope", &error),
    })
}

/// Something whose signatures were checked. Only a [`Trust`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<T> {
    value: T,
    digest: Digest,
    signers: Vec<KeyId>,
}

impl<T> Verified<T> {
    /// SHA-256 of what was signed: the license digest.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The trusted keys that signed, each once.
    pub fn signers(&self) -> &[KeyId] {
        &self.signers
    }

    /// Reads on inside what was verified.
    #[cfg(feature = "keygen")]
    pub(crate) fn try_map<U>(
        self,
        read: impl FnOnce(T) -> Result<U, Refusal>,
    ) -> Result<Verified<U>, Refusal> {
        Ok(Verified { value: read(self.value)?, digest: self.digest, signers: self.signers })
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

#[cfg(test)]
mod tests;
