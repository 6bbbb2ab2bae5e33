//! A place for secrets at rest: the port [`SecretStore`] and its adapters.
//!
//! ```text
//!               ┌── SealedFolder   files of mode 0600, each sealed under a key that lies elsewhere
//! SecretStore ──┤
//!               └── InMemory       demos and tests
//! ```
//! The key is a file, or on Windows an entry of Credential Manager ([`KeySource`]).
//!
//! Sealing protects backups and copies of the state directory. It does not protect against root, nor against
//! whoever can read the key: a service that starts without a person at the keyboard can keep nothing from these.
//!
//! # Example
//! ```
//! # let state = tempfile::tempdir()?;
//! use secrecy::{ExposeSecret, SecretString};
//! use secret_store::{KeySource, SealedFolder, SecretStore};
//!
//! let key = KeySource::File(state.path().join("secrets.key")); // or the file below $CREDENTIALS_DIRECTORY
//! let secrets = SealedFolder::open(&state.path().join("secrets"), key)?;
//! secrets.set("proxy-password", &SecretString::from("correct horse"))?;
//!
//! let kept = secrets.get("proxy-password")?;
//! assert_eq!(kept.as_ref().map(|secret| secret.expose_secret()), Some("correct horse"));
//! assert!(secrets.delete("proxy-password")?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | feature | adds |
//! | --- | --- |
//! | `contract` | [`contract::check`], for adapters written elsewhere |
#![forbid(unsafe_code)]

#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod error;
mod in_memory;
mod key;
mod name;
mod sealed_folder;

pub use error::Error;
pub use in_memory::InMemory;
pub use key::KeySource;
pub use name::check_name;
pub use sealed_folder::SealedFolder;

use secrecy::SecretString;

/// The most bytes that a secret may have: 64 KiB.
pub const MAX_SECRET: usize = 64 * 1024;

/// Keeps secrets under names. Called on a thread that may block.
///
/// Promises of every adapter: a secret that `set` returned from is there after a crash, whole; when `set` fails, the
/// one from before is still there; names that [`check_name`] refuses are refused by all three calls; what is not
/// there is no error. The feature `contract` ships a check of these.
pub trait SecretStore: Send + Sync {
    /// The secret of this name; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::Unreadable`] when there is one that cannot be opened any more; it may be set anew.
    fn get(&self, name: &str) -> Result<Option<SecretString>, Error>;

    /// Keeps the secret, in place of one of the same name.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above [`MAX_SECRET`] bytes; [`Error::Storage`].
    fn set(&self, name: &str, secret: &SecretString) -> Result<(), Error>;

    /// Forgets the secret. `false` = there was none.
    ///
    /// # Errors
    /// [`Error::Storage`].
    fn delete(&self, name: &str) -> Result<bool, Error>;
}
