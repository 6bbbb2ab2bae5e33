//! A license on its way: what was opened, with the bytes it was opened from.
use signed_envelope::Digest;

use crate::{Error, License, Verified, manifest, server::LicenseFile};

/// A license that may be accepted, together with its file.
///
/// A signed one comes from [`manifest::open`](crate::manifest::open) or another format and may be installed
/// automatically. An unsigned one is imported by an operator only.
#[derive(Clone, Debug)]
pub struct Offer {
    pub(crate) license: License,
    pub(crate) digest: Digest,
    pub(crate) signed: bool,
    pub(crate) file: LicenseFile,
}

impl Offer {
    /// A license that the vendor signed, with the file that it was opened with.
    ///
    /// From here on the license carries the warning [`DISAGREES`](crate::manifest::DISAGREES) where the file says
    /// something else, and its features the vendor of a FlexNet file that names exactly one.
    ///
    /// # Errors
    /// [`Error::FileNotBound`] when the license binds another file.
    pub fn signed(license: &Verified<License>, file: LicenseFile) -> Result<Self, Error> {
        if license.file.as_ref().is_some_and(|bound| bound.sha256 != Digest::of(&file.bytes)) {
            return Err(Error::FileNotBound);
        }
        let digest = license.digest();
        let license = manifest::compare(License::clone(license), &file.bytes);
        Ok(Self { license, digest, signed: true, file })
    }

    /// A license that nobody can check, imported by an operator; [`plan_unsigned`](crate::plan_unsigned) says whether it
    /// may replace the one in force. An envelope is dropped: it proves nothing.
    pub fn unsigned(license: License, file: LicenseFile) -> Self {
        let digest = Digest::of(&file.bytes);
        let file = LicenseFile { envelope: None, ..file };
        Self { license, digest, signed: false, file }
    }

    /// The license.
    pub fn license(&self) -> &License {
        &self.license
    }

    /// The license digest: SHA-256 of the signed payload, or of the bytes of an unsigned file.
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

#[cfg(test)]
pub(crate) mod samples;
