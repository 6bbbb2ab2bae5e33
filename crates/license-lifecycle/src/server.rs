//! The license server: where a license is delivered, and how to see whether it is used.
//!
//! [`LicenseServer`] is the port to implement for a server of your own; [`contract::check`] (feature `contract`) holds an
//! implementation to its promises. Shipped: [`Folder`], `SmbShare` (feature `smb`), [`ByHand`] and, for demos and tests,
//! [`InMemory`].
//!
//! [`ServerStatus`] says whether a license is in use: [`HttpStatus`] of the reference server, [`Lmstat`] of FlexNet, or
//! [`EmptiedInbox`], which sees less.
use std::time::Duration;

mod by_hand;
#[cfg(feature = "contract")]
pub mod contract;
mod error;
mod folder;
mod in_memory;
#[cfg(feature = "smb")]
mod smb;
mod status;

pub use by_hand::ByHand;
pub use error::{Retry, ServerError, ServerErrorKind, Step};
pub use folder::Folder;
pub use in_memory::InMemory;
use signed_envelope::Digest;
#[cfg(feature = "smb")]
pub use smb::{BadAddress, SmbAddress, SmbShare};
pub use status::{DeliveredLicense, EmptiedInbox, HttpStatus, InUse, Lmstat, ServerStatus, StatusError};

use crate::FileName;

/// Temporary files that a killed delivery of ours left in an inbox are deleted when they are older.
const LEFTOVER_AGE: Duration = Duration::from_secs(60 * 60);

/// A license as a license server gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseFile {
    /// The name of the file in the license server's folder.
    pub name: FileName,
    /// The file, byte for byte as issued.
    pub bytes: Vec<u8>,
    /// The envelope that signs it. Servers that check it find it as `NAME.dsse` beside the file, and before the file.
    pub envelope: Option<Vec<u8>>,
}

impl LicenseFile {
    /// The name of the envelope beside the file: `NAME.dsse`.
    pub fn envelope_name(&self) -> String {
        format!("{}.dsse", self.name)
    }

    /// The name of a sequence reset beside the file: `NAME.reset.dsse`.
    pub fn reset_name(&self) -> String {
        reset_name(&self.name)
    }

    /// How many bytes are delivered, with or without the envelope.
    pub fn size(&self, with_envelope: bool) -> u64 {
        let envelope = self.envelope.as_ref().filter(|_| with_envelope).map_or(0, Vec::len);
        (self.bytes.len() + envelope) as u64
    }
}

/// The name of a sequence reset's envelope beside the license file of this name: `NAME.reset.dsse`.
fn reset_name(name: &FileName) -> String {
    format!("{name}.reset.dsse")
}

/// Proof of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Where the file was put, for people.
    pub place: String,
    /// SHA-256 of the file as it was read back from there.
    pub sha256: Digest,
}

/// A place that takes licenses for a Floating License Server, mostly a folder that the server empties.
pub trait LicenseServer: Send {
    /// Names the place for people, without passwords: `Failed to update license on: …`.
    fn describe(&self) -> String;

    /// Puts the license in place, on stable storage and read back.
    ///
    /// Delivering the same license again changes nothing. Nobody who watches the place ever sees half a file.
    ///
    /// # Errors
    /// When it fails, the license in force must be the one from before the call: callers do not roll back. Only when
    /// the answer to the last step was lost, the error says so ([`ServerError::outcome_unknown`]).
    fn deliver(&mut self, license: &LicenseFile) -> Result<Receipt, ServerError>;

    /// Hands over a sequence reset ahead of the license `name` that needs it: a server that keeps a mark of its own would
    /// refuse that license's lower sequence. Default: nothing, for servers without a mark.
    ///
    /// # Errors
    /// As [`deliver`](Self::deliver); the license is then not delivered, either.
    fn reset(&mut self, name: &FileName, envelope: &[u8]) -> Result<(), ServerError> {
        let _ = (name, envelope);
        Ok(())
    }

    /// Tries what a delivery needs (read, write, modify, delete) and leaves nothing behind.
    ///
    /// # Errors
    /// What a delivery would fail with; [`ServerError::missing_right`] names the right that the account lacks.
    fn check(&mut self) -> Result<(), ServerError>;

    /// The same, telling `passed` each step as soon as it went well: for a person who watches. Default: tells none.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    fn check_watched(&mut self, passed: &mut Watcher<'_>) -> Result<(), ServerError> {
        let _ = passed;
        self.check()
    }
}

/// Is told the steps of a [check](LicenseServer::check_watched): [`Step::OpenFolder`], [`Step::Write`], [`Step::Read`],
/// [`Step::Replace`], [`Step::Delete`].
pub type Watcher<'a> = dyn FnMut(Step) + Send + 'a;
