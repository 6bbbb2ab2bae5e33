//! All that can be seen of a server that cannot be asked.
use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{DeliveredLicense, InUse, ServerStatus, StatusError};

/// Sees that the license server took the file out of its inbox; whether it uses it is not known.
#[derive(Clone, Debug)]
pub struct EmptiedInbox {
    folder: PathBuf,
}

impl EmptiedInbox {
    /// The inbox at `folder`, the one that licenses are delivered to.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }
}

impl ServerStatus for EmptiedInbox {
    /// Never [`InUse::Confirmed`]. A folder that cannot be seen proves nothing: it may be a mount that is not there.
    fn in_use(&mut self, license: &DeliveredLicense) -> Result<InUse, StatusError> {
        fs::read_dir(&self.folder).map_err(StatusError::new)?;
        match fs::symlink_metadata(self.folder.join(&license.name)) {
            Ok(_) => Ok(InUse::NotYet),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(InUse::PickedUp),
            Err(error) => Err(StatusError::new(error)),
        }
    }
}
