use base64ct::{Base64, Encoding};
use sfv::{Dictionary, ListEntry, Parser};
use signed_envelope::Digest;

use crate::signature::SignatureError;
use crate::signature::headers::CONTENT_DIGEST;

/// `Content-Digest` of a body, by SHA-256 (RFC 9530, section 2).
pub fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", Base64::encode_string(Digest::of(body).as_bytes()))
}

/// Whether `header` holds the SHA-256 of `body`. Digests by other algorithms may stand beside it and are not looked at.
pub(super) fn check(header: &str, body: &[u8]) -> Result<(), SignatureError> {
    let malformed = SignatureError::Malformed { header: CONTENT_DIGEST };
    let digests = Parser::new(header).parse::<Dictionary>().map_err(|_| malformed.clone())?;
    let Some(ListEntry::Item(item)) = digests.get("sha-256") else { return Err(malformed) };
    let found = item.bare_item.as_byte_sequence().ok_or(malformed)?;
    if found == Digest::of(body).as_bytes() { Ok(()) } else { Err(SignatureError::Digest) }
}
