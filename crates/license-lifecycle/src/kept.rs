//! License files as the state directory keeps them: under their own names, never changed, checked when read.
use std::path::Path;

use serde::{Deserialize, Serialize};
use signed_envelope::Digest;

use crate::{Error, FileName, server::LicenseFile};

/// The largest license file or envelope that is kept.
const LIMIT: u64 = 16 * 1024 * 1024;

/// What a folder keeps: the license file, and its envelope beside it as `NAME.dsse`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) name: FileName,
    pub(crate) sha256: Digest,
    /// SHA-256 of the envelope as a file.
    envelope_sha256: Option<Digest>,
}

impl Kept {
    pub(crate) fn of(file: &LicenseFile) -> Self {
        Self {
            name: file.name.clone(),
            sha256: Digest::of(&file.bytes),
            envelope_sha256: file.envelope.as_deref().map(Digest::of),
        }
    }

    /// Writes the files into `folder`, which is made when missing, on stable storage.
    pub(crate) fn write(folder: &Path, file: &LicenseFile) -> Result<(), Error> {
        durable_file::create_folder(folder).map_err(|error| Error::io("creating", folder, error))?;
        let put = |path: &Path, bytes: &[u8]| {
            durable_file::replace(path, bytes).map_err(|error| Error::io("writing", path, error))
        };
        if let Some(envelope) = &file.envelope {
            put(&folder.join(file.envelope_name()), envelope)?;
        }
        put(&folder.join(&file.name), &file.bytes)
    }

    /// Reads the files back from `folder`.
    pub(crate) fn read(&self, folder: &Path) -> Result<LicenseFile, Error> {
        let bytes = read_checked(&folder.join(&self.name), self.sha256)?;
        let mut file = LicenseFile { name: self.name.clone(), bytes, envelope: None };
        if let Some(expected) = self.envelope_sha256 {
            file.envelope = Some(read_checked(&folder.join(file.envelope_name()), expected)?);
        }
        Ok(file)
    }
}

fn read_checked(path: &Path, expected: Digest) -> Result<Vec<u8>, Error> {
    let bytes = durable_file::read_limited(path, LIMIT).map_err(|error| Error::io("reading", path, error))?;
    match Digest::of(&bytes) {
        found if found == expected => Ok(bytes),
        found => Err(Error::damaged(path, format!("its SHA-256 is {found}, {expected} was written"))),
    }
}
