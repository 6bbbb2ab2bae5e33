//! Keygen license and machine files (feature `keygen`), as <https://keygen.sh/docs/api/cryptography/> describes them.
//!
//! ```text
//! bytes ──verify(trust)──▶ Verified<Sealed> ──decrypt(secret)──▶ JSON:API ──▶ Verified<License>
//! ```
//! The signature is checked before anything inside is decoded or decrypted. No bytes make this panic.
use std::fmt;

use chrono::TimeDelta;
use secrecy::SecretString;

use crate::{Format, License, Opened, Refusal, Trust, Verified, clock::latest, read_clock};

mod claims;
mod sealed;

pub use claims::Claims;
pub use sealed::{Kind, Sealed};

/// How far a file's time of issue may lie ahead of us by default: 5 min.
pub const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// What it takes to read a Keygen file, besides the account's public key.
#[derive(Clone)]
pub struct Keygen {
    /// The license key that encrypted files are encrypted with; default none.
    pub secret: Option<SecretString>,
    /// Our machine's fingerprint: part of the key of encrypted machine files, and compared with the one that a machine
    /// file names. Default none: not compared.
    pub fingerprint: Option<String>,
    /// How far `meta.issued` may lie after the later of our clock and the known time; default [`TOLERANCE`].
    pub tolerance: TimeDelta,
}

impl Default for Keygen {
    fn default() -> Self {
        Self { secret: None, fingerprint: None, tolerance: TOLERANCE }
    }
}

impl fmt::Debug for Keygen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keygen")
            .field("secret", &self.secret.as_ref().map(|_| "[REDACTED]"))
            .field("fingerprint", &self.fingerprint)
            .field("tolerance", &self.tolerance)
            .finish()
    }
}

impl Keygen {
    /// Reads what a verified file says: decrypts where necessary, then judges the fingerprint and the file's own
    /// `issued` and `expiry`. The license's expiry is reported and not judged.
    ///
    /// # Errors
    /// [`Refusal::SecretNeeded`], [`Refusal::WrongSecret`], [`Refusal::Malformed`], [`Refusal::WrongFingerprint`],
    /// [`Refusal::IssuedInTheFuture`], [`Refusal::FileExpired`].
    pub fn claims(&self, sealed: &Verified<Sealed>, trust: &Trust) -> Result<Claims, Refusal> {
        self.judged(sealed, trust)
    }

    /// Opens a file: signature, decryption, the file's own dates and fingerprint, then our serial number.
    ///
    /// # Errors
    /// What [`verify`], [`claims`](Self::claims) and [`Trust::judge`] refuse, in this order.
    pub fn open(&self, bytes: &[u8], trust: &Trust) -> Result<Verified<License>, Refusal> {
        let sealed = verify(bytes, trust)?;
        let license = sealed.try_map(|sealed| Ok(self.judged(&sealed, trust)?.license))?;
        trust.judge(&license)?;
        Ok(license)
    }

    /// Reads a file without believing it: neither signature nor dates are judged. For inspection.
    ///
    /// # Errors
    /// As [`claims`](Self::claims), without those about dates and fingerprint.
    pub fn read_unverified(&self, bytes: &[u8]) -> Result<Claims, Refusal> {
        self.read(&sealed::Frame::parse(bytes, crate::MAX_FILE)?.into_sealed()?)
    }

    fn read(&self, sealed: &Sealed) -> Result<Claims, Refusal> {
        Claims::read(&sealed.payload(self.secret.as_ref(), self.fingerprint.as_deref())?)
    }

    fn judged(&self, sealed: &Sealed, trust: &Trust) -> Result<Claims, Refusal> {
        let claims = self.read(sealed)?;
        if let (Some(ours), Some(theirs)) = (&self.fingerprint, &claims.fingerprint)
            && ours != theirs
        {
            return Err(Refusal::WrongFingerprint { found: theirs.clone() });
        }
        if claims.issued - latest(trust.now, trust.known_time) > self.tolerance {
            return Err(Refusal::IssuedInTheFuture { issued_at: claims.issued });
        }
        match claims.file_expires {
            Some(expired) if read_clock(trust.now, trust.known_time).time >= expired => {
                Err(Refusal::FileExpired { expired })
            }
            _ => Ok(claims),
        }
    }
}

/// Checks the signature of a file, and nothing else. What is inside stays sealed.
///
/// # Errors
/// [`Refusal::TooLarge`], [`Refusal::Malformed`], [`Refusal::UnsupportedAlgorithm`], [`Refusal::SignatureUntrusted`],
/// [`Refusal::KeyExpired`].
pub fn verify(bytes: &[u8], trust: &Trust) -> Result<Verified<Sealed>, Refusal> {
    let frame = sealed::Frame::parse(bytes, trust.max_file)?;
    let (message, signature) = frame.signed()?;
    trust.open_signed(message.as_bytes(), &signature, |_| frame.into_sealed())
}

impl Format for Keygen {
    /// A first line that begins a license or machine file.
    fn sniff(&self, bytes: &[u8]) -> bool {
        sealed::sniff(bytes)
    }

    fn open(&self, bytes: &[u8], trust: &Trust) -> Result<Opened, Refusal> {
        Keygen::open(self, bytes, trust).map(Opened::Signed)
    }
}

#[cfg(test)]
mod tests;
