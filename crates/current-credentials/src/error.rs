//! Why no token can be made.
use std::error::Error as StdError;

/// Why no token can be made. Each is local: nothing was refused by a peer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// This system cannot serve that package with the current account.
    #[error("not possible with the current account on this system")]
    Unsupported,
    /// The GSS-API library cannot be opened.
    #[error("no GSS-API library: install libgssapi-krb5-2 or its like")]
    Library {
        /// What the loader said.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The system refused, in its own words.
    #[error("{message}")]
    Refused {
        /// What the system said.
        message: String,
        /// GSS-API's major status, or the SSPI status.
        code: u32,
    },
}
