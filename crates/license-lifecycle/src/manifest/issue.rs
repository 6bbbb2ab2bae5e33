use serde::Serialize;
use signed_envelope::{Digest, Envelope, MAX_ENVELOPE, SigningKey};

use super::{Manifest, RESET_TYPE, Reset, TYPE};
use crate::Error;

/// Signs a manifest for the license file it binds, with one signature per key.
///
/// Whether manifest and file say the same is not judged here; see [`disagreements`](super::disagreements).
///
/// # Errors
/// [`Error::BadManifest`] when it breaks a rule of the format, [`Error::FileNotBound`] when length or hash are not the
/// file's, [`Error::NoKeys`] without a key, [`Error::EnvelopeTooLarge`] when nobody would read it.
pub fn issue(manifest: &Manifest, file: &[u8], keys: &[&SigningKey]) -> Result<Envelope, Error> {
    if let Some(flaw) = manifest.flaw() {
        return Err(Error::BadManifest { flaw });
    }
    if manifest.file.length != file.len() as u64 || manifest.file.sha256 != Digest::of(file) {
        return Err(Error::FileNotBound);
    }
    sign(TYPE, manifest, keys)
}

/// Signs a reset of the sequence, with one signature per key.
///
/// # Errors
/// [`Error::BadManifest`] when it breaks a rule, [`Error::NoKeys`] without a key.
pub fn issue_reset(reset: &Reset, keys: &[&SigningKey]) -> Result<Envelope, Error> {
    match reset.flaw() {
        Some(flaw) => Err(Error::BadManifest { flaw }),
        None => sign(RESET_TYPE, reset, keys),
    }
}

fn sign(payload_type: &str, document: &impl Serialize, keys: &[&SigningKey]) -> Result<Envelope, Error> {
    if keys.is_empty() {
        return Err(Error::NoKeys);
    }
    let payload = serde_json::to_vec(document).map_err(|source| Error::Write { source: source.into() })?;
    let envelope = Envelope::sign(payload_type, &payload, keys);
    if envelope.to_json().len() > MAX_ENVELOPE {
        return Err(Error::EnvelopeTooLarge { limit: MAX_ENVELOPE });
    }
    Ok(envelope)
}
