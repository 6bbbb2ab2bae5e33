//! [Failed to update license on:], for the person who carries a license to its server.

use std::path::Path;
use std::sync::Arc;

pub use license_lifecycle::Saved;
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

/// A license as it is to reach its server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutboxFiles {
    /// The license file: name and bytes.
    pub license: (FileName, Vec<u8>),
    /// Its envelope, where the license server wants one: to be copied first.
    pub envelope: Option<(FileName, Vec<u8>)>,
    /// A sequence reset that the license server still has to see: to be copied before everything else.
    pub reset: Option<(FileName, Vec<u8>)>,
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
        Ok(custody.outbox.save(id, &custody.records, folder, with_envelope, |_| {})?)
    }

    /// The same files as [`save`](Self::save) writes, for a page that hands them out.
    ///
    /// # Errors
    /// [`Error::License`] when it is not in the outbox, or cannot be read.
    pub fn files(&self, id: Digest) -> Result<OutboxFiles, Error> {
        let custody = self.shared.custody();
        let file = custody.outbox.license_file(id)?;
        let wanted = self.shared.settings().license.delivers_envelope();
        let entry = custody.outbox.entry(id).filter(|_| wanted);
        let reset = entry.and_then(|entry| custody.records.reset_to_be_passed_on(&entry.license));
        let reset = reset.map(|bytes| Ok::<_, Error>((FileName::new(file.reset_name())?, bytes.to_vec())));
        let envelope_name = file.envelope_name();
        let envelope = file.envelope.filter(|_| wanted);
        let envelope = envelope.map(|bytes| Ok::<_, Error>((FileName::new(envelope_name)?, bytes)));
        Ok(OutboxFiles {
            license: (file.name, file.bytes),
            envelope: envelope.transpose()?,
            reset: reset.transpose()?,
        })
    }
}
