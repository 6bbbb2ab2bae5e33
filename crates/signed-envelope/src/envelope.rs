use std::fmt;

use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};

use crate::{Digest, Error, SigningKey};

/// The most bytes that an envelope may have: 256 KiB.
pub const MAX_ENVELOPE: usize = 256 * 1024;
/// The most signatures on one envelope: each costs a verification for every key of the ring.
pub const MAX_SIGNATURES: usize = 16;
/// The longest payload type, in bytes.
const MAX_TYPE: usize = 255;

/// A DSSE envelope (v1.0.2) in its JSON form. Nothing in it is to be believed before [`KeyRing::open`].
///
/// [`KeyRing::open`]: crate::KeyRing::open
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    payload_type: String,
    payload: Vec<u8>,
    pub(crate) signatures: Vec<Signed>,
}

/// One signature as it stands in the envelope.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Signed {
    /// Who is said to have signed: any text, a hint only.
    pub(crate) hint: Option<String>,
    /// Of other algorithms too; only 64 bytes can be one of ours.
    pub(crate) signature: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Json {
    payload: String,
    #[serde(rename = "payloadType")]
    payload_type: String,
    signatures: Vec<JsonSignature>,
}

#[derive(Serialize, Deserialize)]
struct JsonSignature {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keyid: Option<String>,
    sig: String,
}

impl Envelope {
    /// Reads the JSON form. A byte order mark and fields that DSSE does not know are passed over.
    ///
    /// Stricter than DSSE in one place: only padded standard Base64 (RFC 4648, section 4) is read, so that one
    /// envelope has one spelling.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above [`MAX_ENVELOPE`] bytes, [`Error::Malformed`] for anything that is not an envelope.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_ENVELOPE {
            return Err(Error::TooLarge { limit: MAX_ENVELOPE });
        }
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let json: Json = serde_json::from_slice(text)
            .map_err(|source| Error::unreadable("not the JSON of an envelope", source))?;
        if json.payload_type.len() > MAX_TYPE {
            return Err(Error::malformed("payload type too long"));
        }
        if json.signatures.len() > MAX_SIGNATURES {
            return Err(Error::malformed("too many signatures"));
        }
        let payload =
            Base64::decode_vec(&json.payload).map_err(|source| Error::unreadable("payload", source))?;
        let signatures = json.signatures.into_iter().map(Signed::read).collect::<Result<_, _>>()?;
        Ok(Self { payload_type: json.payload_type, payload, signatures })
    }

    /// Makes an envelope with one signature per key, in the order of `keys`.
    ///
    /// Payloads above about 190 KiB, and more than [`MAX_SIGNATURES`] keys, make an envelope that
    /// [`parse`](Self::parse) refuses.
    pub fn sign(payload_type: &str, payload: &[u8], keys: &[&SigningKey]) -> Self {
        let message = pre_authentication_encoding(payload_type, payload);
        let signatures = keys
            .iter()
            .map(|key| Signed {
                hint: Some(key.public().id().to_string()),
                signature: key.sign(&message).to_vec(),
            })
            .collect();
        Self { payload_type: payload_type.to_owned(), payload: payload.to_owned(), signatures }
    }

    /// The JSON form: one line and a line feed.
    pub fn to_json(&self) -> Vec<u8> {
        let json = Json {
            payload: Base64::encode_string(&self.payload),
            payload_type: self.payload_type.clone(),
            signatures: self.signatures.iter().map(Signed::write).collect(),
        };
        // A struct of strings always has a JSON form.
        let mut bytes = serde_json::to_vec(&json).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// What the payload is said to be: a media type.
    pub fn payload_type(&self) -> &str {
        &self.payload_type
    }

    /// The payload before anyone has vouched for it: to be looked at, never acted upon.
    pub fn unverified_payload(&self) -> &[u8] {
        &self.payload
    }

    /// SHA-256 of the decoded payload.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.payload)
    }

    /// The bytes that the signatures are over.
    pub(crate) fn signed_bytes(&self) -> Vec<u8> {
        pre_authentication_encoding(&self.payload_type, &self.payload)
    }
}

impl Signed {
    fn read(json: JsonSignature) -> Result<Self, Error> {
        let signature =
            Base64::decode_vec(&json.sig).map_err(|source| Error::unreadable("signature", source))?;
        Ok(Self { hint: json.keyid, signature })
    }

    fn write(&self) -> JsonSignature {
        JsonSignature { keyid: self.hint.clone(), sig: Base64::encode_string(&self.signature) }
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("payload_type", &self.payload_type)
            .field("digest", &self.digest())
            .field("signatures", &self.signatures.len())
            .finish_non_exhaustive()
    }
}

/// `PAE(type, body)` of the DSSE protocol: lengths are bytes, in decimal.
fn pre_authentication_encoding(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

#[cfg(test)]
mod tests;
