//! The signed manifest: what a license says, bound to the license file that the license server reads.
//!
//! A manifest is JSON in a DSSE envelope. It names the license file by length and SHA-256, so that both are believed
//! or neither. The manifest wins over what the file says; where they disagree, an [`Offer`](crate::Offer) of the license
//! carries the warning [`DISAGREES`], and [`disagreements`] lists how.
use signed_envelope::Digest;

use crate::{Format, License, Opened, Refusal, Trust, Verified};

mod agreement;
mod document;
#[cfg(feature = "issue")]
mod issue;
mod reset;

pub(crate) use agreement::compare;
pub use agreement::{DISAGREES, disagreements};
pub use document::{Manifest, ManifestFeature};
#[cfg(feature = "issue")]
pub use issue::{issue, issue_reset};
pub use reset::{RESET_TYPE, Reset, open_reset};

/// The payload type of a manifest's envelope.
pub const TYPE: &str = "application/vnd.remote-service.license-manifest+json";

/// Opens a manifest together with the license file it binds.
///
/// In this order: the envelope and its signatures, the JSON, length and hash of the file, the product, the serial
/// number, the time of issue. The sequence is judged later, by [`plan`](crate::plan).
///
/// # Errors
/// Every [`Refusal`] but those about sequences; the first that applies in the order above.
pub fn open(envelope: &[u8], file: &[u8], trust: &Trust) -> Result<Verified<License>, Refusal> {
    let license = trust.open_envelope(envelope, TYPE, |payload| {
        let manifest = Manifest::read(payload)?;
        bind(&manifest, file, trust.max_file)?;
        Ok(manifest.into_license())
    })?;
    trust.judge(&license)?;
    Ok(license)
}

/// Reads a manifest envelope without believing it: no signature is checked, and no file compared. For inspection.
///
/// # Errors
/// [`Refusal::TooLarge`], [`Refusal::Malformed`], [`Refusal::WrongType`], [`Refusal::UnsupportedVersion`].
pub fn read_unverified(envelope: &[u8]) -> Result<License, Refusal> {
    let envelope = crate::trust::parse_envelope(envelope)?;
    if envelope.payload_type() != TYPE {
        return Err(Refusal::WrongType { found: envelope.payload_type().to_owned() });
    }
    Manifest::read(envelope.unverified_payload()).map(Manifest::into_license)
}

fn bind(manifest: &Manifest, file: &[u8], limit: u64) -> Result<(), Refusal> {
    let length = file.len() as u64;
    if length > limit {
        return Err(Refusal::TooLarge { part: "license file", limit });
    }
    let expected = manifest.file.sha256;
    if length != manifest.file.length || Digest::of(file) != expected {
        return Err(Refusal::FileMismatch { expected, found: Digest::of(file) });
    }
    Ok(())
}

/// The manifest as a [`Format`]: its bytes are the envelope's, and the license file comes beside it.
#[derive(Clone, Copy, Debug)]
pub struct WithFile<'f>(pub &'f [u8]);

impl Format for WithFile<'_> {
    /// JSON that mentions a DSSE payload.
    fn sniff(&self, bytes: &[u8]) -> bool {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        text.starts_with(b"{") && text.windows(13).any(|window| window == b"\"payloadType\"")
    }

    fn open(&self, bytes: &[u8], trust: &Trust) -> Result<Opened, Refusal> {
        open(bytes, self.0, trust).map(Opened::Signed)
    }
}

#[cfg(test)]
mod tests;
