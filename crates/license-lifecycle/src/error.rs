//! What can go wrong in this crate's own doings; what is wrong with a license is a [`Refusal`](crate::Refusal).

use std::path::{Path, PathBuf};

use signed_envelope::Digest;

use crate::{
    Refusal,
    server::{ServerError, StatusError},
};

/// A failure of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file name breaks a rule of [`FileName`](crate::FileName).
    #[error("file name {name:?} {reason}")]
    BadFileName {
        /// The name as given.
        name: String,
        /// The rule.
        reason: &'static str,
    },
    /// What is to be issued breaks a rule of its format.
    #[cfg(feature = "issue")]
    #[error("nothing was issued: {flaw}")]
    BadManifest {
        /// The rule.
        flaw: &'static str,
    },
    /// The manifest binds another license file than the one given.
    #[error("manifest binds another license file")]
    FileNotBound,
    /// Nobody signs.
    #[cfg(feature = "issue")]
    #[error("no key to sign with")]
    NoKeys,
    /// The envelope would be larger than anyone reads.
    #[cfg(feature = "issue")]
    #[error("envelope is larger than {limit} bytes")]
    EnvelopeTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The document could not be written as JSON.
    #[cfg(feature = "issue")]
    #[error("document cannot be written")]
    Write {
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A product's own texts are not Fluent syntax.
    #[cfg(feature = "texts")]
    #[error("texts are not in Fluent syntax: {detail}")]
    BadTexts {
        /// What the parser says.
        detail: String,
    },
    /// A file of the state directory is not what was written there. It is left as it is.
    #[error("{} is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The state directory could not be used.
    #[error("{action} {} failed", path.display())]
    Io {
        /// `reading`, `writing`, `creating` or `removing`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// No such license waits for delivery.
    #[error("license {0} is not in the outbox")]
    NotInOutbox(Digest),
    /// A newer license took its place.
    #[error("license {0} was superseded by a newer one")]
    Superseded(Digest),
    /// What was signed is not accepted.
    #[error("not accepted")]
    Refused {
        /// Why.
        #[from]
        source: Refusal,
    },
    /// The license server kept the license it had.
    #[error("license server kept the license it had")]
    Deliver {
        /// Why.
        #[from]
        source: ServerError,
    },
    /// The license server does not say which license it uses.
    #[error("license server does not say which license it uses")]
    Status {
        /// Why.
        #[from]
        source: StatusError,
    },
}

impl Error {
    pub(crate) fn io(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::Io { action, path: path.to_owned(), source }
    }

    pub(crate) fn damaged(path: &Path, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Damaged { path: path.to_owned(), source: source.into() }
    }

    /// Whether this file is the damaged one.
    pub(crate) fn is_about(&self, file: &Path) -> bool {
        matches!(self, Self::Damaged { path, .. } if path == file)
    }
}
