use aes_gcm::{Aes256Gcm, KeyInit, aead::Aead};
use base64ct::{Base64, Encoding};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::Refusal;

const PART: &str = "keygen file";

/// What a file is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `-----BEGIN LICENSE FILE-----`.
    License,
    /// `-----BEGIN MACHINE FILE-----`.
    Machine,
}

impl Kind {
    const ALL: [Self; 2] = [Self::License, Self::Machine];

    fn begin(self) -> &'static str {
        match self {
            Self::License => "-----BEGIN LICENSE FILE-----",
            Self::Machine => "-----BEGIN MACHINE FILE-----",
        }
    }

    fn end(self) -> &'static str {
        match self {
            Self::License => "-----END LICENSE FILE-----",
            Self::Machine => "-----END MACHINE FILE-----",
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::License => "license/",
            Self::Machine => "machine/",
        }
    }
}

/// The content of a file, as it lies inside: encoded, and perhaps encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    kind: Kind,
    enc: String,
    encrypted: bool,
}

impl Sealed {
    /// What the file is about.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether a secret is needed to read it.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// The JSON inside.
    pub(super) fn payload(
        &self,
        secret: Option<&SecretString>,
        fingerprint: Option<&str>,
    ) -> Result<Vec<u8>, Refusal> {
        if !self.encrypted {
            return decode(&self.enc);
        }
        let secret = secret.ok_or(Refusal::SecretNeeded)?;
        let fingerprint = match self.kind {
            Kind::License => "",
            Kind::Machine => fingerprint.ok_or(Refusal::SecretNeeded)?,
        };
        let mut parts = self.enc.split('.').map(decode);
        let mut next = || parts.next().unwrap_or_else(|| Err(malformed("an encrypted part is missing")));
        let (mut ciphertext, nonce, tag) = (next()?, next()?, next()?);
        let nonce: [u8; 12] =
            nonce.try_into().map_err(|_| malformed("the initialization vector is not 12 bytes"))?;
        if tag.len() != 16 || parts.next().is_some() {
            return Err(malformed("the authentication tag is not 16 bytes at the end"));
        }
        ciphertext.extend(tag);
        let key = Sha256::new().chain_update(secret.expose_secret()).chain_update(fingerprint).finalize();
        Aes256Gcm::new(&<[u8; 32]>::from(key).into())
            .decrypt(&nonce.into(), ciphertext.as_slice())
            .map_err(|_| Refusal::WrongSecret)
    }
}

/// A file without its armour, before the signature is checked.
pub(super) struct Frame {
    kind: Kind,
    json: Json,
}

#[derive(Deserialize)]
struct Json {
    enc: String,
    sig: String,
    alg: String,
}

impl Frame {
    /// Takes the armour off. Line ends, blanks and a byte order mark that pasting adds are passed over.
    pub(super) fn parse(bytes: &[u8], limit: u64) -> Result<Self, Refusal> {
        if bytes.len() as u64 > limit {
            return Err(Refusal::TooLarge { part: PART, limit });
        }
        let (kind, body) = armoured(bytes).ok_or_else(|| malformed("no line that begins the file"))?;
        let body = body.strip_suffix(kind.end()).ok_or_else(|| malformed("no line that ends the file"))?;
        let body: String = body.split_ascii_whitespace().collect();
        let json: Json =
            serde_json::from_slice(&decode(&body)?).map_err(|error| Refusal::malformed(PART, &error))?;
        Ok(Self { kind, json })
    }

    /// The text that the signature is over, and the signature.
    pub(super) fn signed(&self) -> Result<(String, [u8; 64]), Refusal> {
        self.encrypted()?;
        let signature =
            decode(&self.json.sig)?.try_into().map_err(|_| malformed("the signature is not 64 bytes"))?;
        Ok((format!("{}{}", self.kind.prefix(), self.json.enc), signature))
    }

    pub(super) fn into_sealed(self) -> Result<Sealed, Refusal> {
        let encrypted = self.encrypted()?;
        Ok(Sealed { kind: self.kind, enc: self.json.enc, encrypted })
    }

    fn encrypted(&self) -> Result<bool, Refusal> {
        match self.json.alg.as_str() {
            "base64+ed25519" => Ok(false),
            "aes-256-gcm+ed25519" => Ok(true),
            other => Err(Refusal::UnsupportedAlgorithm { found: other.to_owned() }),
        }
    }
}

pub(super) fn sniff(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    Kind::ALL.into_iter().any(|kind| text.starts_with(kind.begin().as_bytes()))
}

fn armoured(bytes: &[u8]) -> Option<(Kind, &str)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let text = text.trim_start_matches('\u{feff}').trim();
    Kind::ALL.into_iter().find_map(|kind| Some((kind, text.strip_prefix(kind.begin())?)))
}

fn decode(text: &str) -> Result<Vec<u8>, Refusal> {
    Base64::decode_vec(text).map_err(|error| Refusal::malformed(PART, &error))
}

fn malformed(detail: &str) -> Refusal {
    Refusal::Malformed { part: PART, detail: detail.to_owned() }
}
