use std::fmt;
use std::str::FromStr;

use base64ct::{Base64, Encoding};
use ed25519_dalek::pkcs8::DecodePublicKey;
use ed25519_dalek::{Signature, VerifyingKey};

use crate::{Digest, Error, hex};

/// A hint at a key: the first 16 hex digits of SHA-256 of the raw public key. Never a proof.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 8]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(&self.0, f)
    }
}

impl FromStr for KeyId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        hex::read(text).map(Self).ok_or(Error::BadKeyId)
    }
}

hex::as_text!(KeyId);

/// An Ed25519 public key (RFC 8032). Keys of small order, under which anything verifies, are never made.
///
/// Shown as 64 hex digits; read from these or from one PEM block `PUBLIC KEY` (RFC 8410).
#[derive(Copy, Clone, PartialEq, Eq, Hash)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Takes the 32 bytes of RFC 8032, section 5.1.2.
    ///
    /// # Errors
    /// [`Error::BadKey`] when they are no point of the curve, or one of small order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Error> {
        match VerifyingKey::from_bytes(bytes) {
            Ok(key) if !key.is_weak() => Ok(Self(key)),
            _ => Err(Error::BadKey { what: "the bytes are no public key" }),
        }
    }

    /// The 32 bytes of RFC 8032, section 5.1.2.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// 64 lower-case hex digits.
    pub fn to_hex(&self) -> String {
        self.to_string()
    }

    /// One PEM block `PUBLIC KEY` (RFC 8410) with `\n` line ends.
    pub fn to_pem(&self) -> String {
        let spki = [&SPKI_PREFIX[..], self.as_bytes()].concat();
        format!("{PEM_BEGIN}\n{}\n{PEM_END}\n", Base64::encode_string(&spki))
    }

    /// What envelopes call this key.
    pub fn id(&self) -> KeyId {
        let mut id = [0; 8];
        id.copy_from_slice(&Digest::of(self.as_bytes()).as_bytes()[..8]);
        KeyId(id)
    }

    /// Whether `signature` is this key's over `message`, by the strict rules: exactly one signature of one signer
    /// passes, nothing malleable (RFC 8032, section 5.1.7, without the cofactor).
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }

    pub(crate) fn from_pem(pem: &str) -> Result<Self, Error> {
        let key = VerifyingKey::from_public_key_pem(pem)
            .map_err(|_| Error::BadKey { what: "a PEM block PUBLIC KEY was expected" })?;
        Self::from_bytes(key.as_bytes())
    }

    pub(crate) const fn of(key: VerifyingKey) -> Self {
        Self(key)
    }
}

pub(crate) const PEM_BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
pub(crate) const PEM_END: &str = "-----END PUBLIC KEY-----";
/// What stands before the 32 bytes in a SubjectPublicKeyInfo of Ed25519 (RFC 8410, section 4).
const SPKI_PREFIX: [u8; 12] = *b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";
/// The longest text that is looked at for a single key.
const MAX_TEXT: usize = 4096;

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(self.as_bytes(), f)
    }
}

impl FromStr for PublicKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_TEXT {
            return Err(Error::TooLarge { limit: MAX_TEXT });
        }
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.starts_with("-----") {
            return Self::from_pem(text);
        }
        let bytes =
            hex::read(text).ok_or(Error::BadKey { what: "64 hex digits or a PEM block were expected" })?;
        Self::from_bytes(&bytes)
    }
}

hex::as_text!(PublicKey);
