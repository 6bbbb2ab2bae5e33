use std::fmt;

use base64ct::{Base64, Encoding};
use ed25519_dalek::Signer;
use ed25519_dalek::pkcs8::DecodePrivateKey;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use crate::{Error, PublicKey};

/// An Ed25519 private key (RFC 8032). Wiped from memory when dropped; `Debug` shows the public key's id only.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// Makes a key from the operating system's random bytes.
    ///
    /// # Errors
    /// [`Error::Random`] when there are none.
    pub fn generate() -> Result<Self, Error> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice()).map_err(|source| Error::Random { source: Box::new(source) })?;
        Ok(Self::from_seed(&seed))
    }

    /// Takes the 32-byte private key of RFC 8032, section 5.1.5.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Reads one PEM block `PRIVATE KEY`: PKCS#8 of version 1, or version 2 with its public key (RFC 8410, section 7).
    ///
    /// # Errors
    /// [`Error::BadKey`] when it is anything else, also when the public key inside is another one's.
    pub fn from_pem(pem: &SecretString) -> Result<Self, Error> {
        ed25519_dalek::SigningKey::from_pkcs8_pem(pem.expose_secret().trim())
            .map(Self)
            .map_err(|_| Error::BadKey { what: "a PEM block PRIVATE KEY was expected" })
    }

    /// One PEM block `PRIVATE KEY`, PKCS#8 of version 1: the form that every tool reads.
    pub fn to_pem(&self) -> SecretString {
        let mut der = Zeroizing::new([0; PKCS8_PREFIX.len() + 32]);
        der[..PKCS8_PREFIX.len()].copy_from_slice(&PKCS8_PREFIX);
        der[PKCS8_PREFIX.len()..].copy_from_slice(self.0.as_bytes());
        let base64 = Zeroizing::new(Base64::encode_string(der.as_slice()));
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", base64.as_str()).into()
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey::of(self.0.verifying_key())
    }

    /// Signs `message` (RFC 8032, section 5.1.6): the same bytes each time.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

/// What stands before the 32 bytes in PKCS#8 of version 1 (RFC 8410, section 7).
const PKCS8_PREFIX: [u8; 16] = *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.public().id()).finish_non_exhaustive()
    }
}
