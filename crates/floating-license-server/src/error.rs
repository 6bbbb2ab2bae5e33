use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a license server cannot work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file or folder cannot be read or written.
    #[error("cannot use {}", path.display())]
    Storage {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Another license server works with the state folder.
    #[error("{} is in use by another license server", path.display())]
    StateInUse {
        /// The state folder.
        path: PathBuf,
    },
    /// The record of active licenses is not what we wrote. It is left as it is.
    #[error("{} cannot be read back", path.display())]
    Damaged {
        /// The record.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    pub(crate) fn storage(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Storage { path, source }
    }
}
