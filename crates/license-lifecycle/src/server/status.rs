//! Is the license in use? Asked after each delivery.
use std::error::Error as StdError;

use chrono::{DateTime, Utc};
use signed_envelope::Digest;

mod emptied_inbox;
mod http;
mod lmstat;

pub use emptied_inbox::EmptiedInbox;
pub use http::HttpStatus;
pub use lmstat::Lmstat;

use crate::{FileName, License};

/// What a license server should be using by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveredLicense {
    /// The name of the file in the license server's folder.
    pub name: FileName,
    /// SHA-256 of the file.
    pub sha256: Digest,
    /// What the file licenses.
    pub license: License,
    /// The license that was in force before it, if any: a status that looks the same for both proves nothing.
    pub previous: Option<License>,
    /// When it was delivered, or accepted where it was not delivered by us.
    pub since: DateTime<Utc>,
}

/// What a license server says of a delivered license.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InUse {
    /// The server says that it uses this very license.
    Confirmed,
    /// The server took the file; whether it uses it is not known.
    PickedUp,
    /// Not seen yet.
    NotYet,
}

/// Asks a license server which license it uses.
pub trait ServerStatus: Send {
    /// Whether `license` is in use.
    ///
    /// # Errors
    /// When the server gives no answer. That proves nothing either way.
    fn in_use(&mut self, license: &DeliveredLicense) -> Result<InUse, StatusError>;
}

/// The license server's status could not be read.
#[derive(Debug, thiserror::Error)]
#[error("status of the license server cannot be read")]
pub struct StatusError {
    source: Box<dyn StdError + Send + Sync>,
}

impl StatusError {
    /// Wraps the cause.
    pub fn new(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { source: source.into() }
    }
}
