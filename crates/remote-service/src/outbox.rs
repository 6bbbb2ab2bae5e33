//! [Failed to update license on:], for the person who carries a license to its server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use license_lifecycle::{Digest, FileName};

use crate::Error;
use crate::shared::Shared;

/// Licenses that could not be delivered; which ones there are is in the
/// [snapshot](crate::LicenseView::outbox). From [`Running::outbox`](crate::Running::outbox).
///
/// Both calls read the disk: in an async program they belong on a thread that may block.
#[derive(Clone, Copy, Debug)]
pub struct Outbox<'a> {
    pub(crate) shared: &'a Arc<Shared>,
}

/// What was saved, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Saved {
    /// The license file.
    pub license: PathBuf,
    /// Its envelope, where the license server wants one.
    pub envelope: Option<PathBuf>,
}

/// A license as it is to reach its server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutboxFiles {
    /// The license file: name and bytes.
    pub license: (FileName, Vec<u8>),
    /// Its envelope, where the license server wants one: to be copied first.
    pub envelope: Option<(FileName, Vec<u8>)>,
}

impl Outbox<'_> {
    /// Saves a license into `folder`, which must exist; what has its name there is replaced, whole or not at all. It stays
    /// in the outbox: only the license server tells that it arrived.
    ///
    /// # Errors
    /// [`Error::License`] when it is not in the outbox, or the folder cannot be written.
    pub fn save(&self, id: Digest, folder: &Path) -> Result<Saved, Error> {
        let _hold = self.shared.dir.hold()?;
        let with_envelope = self.shared.settings().license.delivers_envelope();
        let custody = self.shared.custody();
        let license = custody.outbox.save(id, folder, with_envelope, |_| {})?;
        let envelope = match custody.outbox.license_file(id)? {
            file if with_envelope && file.envelope.is_some() => Some(folder.join(file.envelope_name())),
            _ => None,
        };
        Ok(Saved { license, envelope })
    }

    /// The same files as [`save`](Self::save) writes, for a page that hands them out.
    ///
    /// # Errors
    /// [`Error::License`] when it is not in the outbox, or cannot be read.
    pub fn files(&self, id: Digest) -> Result<OutboxFiles, Error> {
        let file = self.shared.custody().outbox.license_file(id)?;
        let name = file.envelope_name();
        let wanted = self.shared.settings().license.delivers_envelope();
        let envelope = match file.envelope.filter(|_| wanted) {
            Some(bytes) => Some((FileName::new(&name)?, bytes)),
            None => None,
        };
        Ok(OutboxFiles { license: (file.name, file.bytes), envelope })
    }
}
