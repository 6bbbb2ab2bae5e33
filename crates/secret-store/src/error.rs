use std::path::PathBuf;

/// Why a secret was not kept, found or forgotten. Never holds a part of a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The name is none that every adapter can keep.
    #[error("secret name {name:?} is not 1 to 64 of a-z, 0-9 and inner hyphens")]
    BadName {
        /// The name that was asked for.
        name: String,
    },
    /// The secret is longer than [`MAX_SECRET`](crate::MAX_SECRET).
    #[error("secret is larger than {limit} bytes")]
    TooLarge {
        /// The most that is kept.
        limit: usize,
    },
    /// There is a secret, but it was damaged, sealed with another key or kept under another name.
    #[error("secret {name:?} is damaged or sealed with another key: set it anew")]
    Unreadable {
        /// The secret's name.
        name: String,
    },
    /// The key file holds something else than 32 bytes.
    #[error("key file {} does not hold 32 bytes: put the right one back, or remove it and set all secrets anew", path.display())]
    BadKey {
        /// The key file.
        path: PathBuf,
    },
    /// Everyone on the machine can read the key file.
    #[error("key file {} can be read by everyone: take that right away (chmod o= on Unix)", path.display())]
    KeyExposed {
        /// The key file.
        path: PathBuf,
    },
    /// The operating system gave no random bytes.
    #[error("no random bytes from the operating system")]
    Random {
        /// What it said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The place where secrets are kept failed.
    #[error("storage of secrets failed")]
    Storage {
        /// What it said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    pub(crate) fn storage(source: std::io::Error) -> Self {
        Self::Storage { source: Box::new(source) }
    }
}
