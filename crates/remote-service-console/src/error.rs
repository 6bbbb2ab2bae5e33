use std::path::PathBuf;

/// Why a [`UserFile`](crate::UserFile) cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be read or written.
    #[error("cannot use user file {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file holds something else; it is left as it is.
    #[error("{} is no user file", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The name or the password does not do.
    #[error("{what}")]
    Account {
        /// What is wrong, and what would do.
        what: &'static str,
    },
    /// There is a user of that name already.
    #[error("user {name} exists already")]
    Taken {
        /// The name.
        name: String,
    },
    /// The password could not be hashed.
    #[error("cannot hash the password")]
    Hash {
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
