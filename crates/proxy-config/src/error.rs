//! Everything that can go wrong, split by what somebody can do about it.
use std::error::Error as StdError;

use crate::AddressMistake;

/// Why there is no way out, or why it does not carry.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Mode manual without an address.
    #[error("the proxy's address is missing")]
    AddressMissing,
    /// The address of a proxy cannot be read.
    #[error("`{address}` is no proxy address: {mistake}")]
    BadAddress {
        /// The address, without user info.
        address: String,
        /// What is wrong with it.
        mistake: AddressMistake,
    },
    /// An entry of the bypass list cannot be read.
    #[error("`{entry}` in the bypass list is neither host, domain, address nor range")]
    BadBypass {
        /// The entry as written.
        entry: String,
    },
    /// A login with a password needs a user.
    #[error("the proxy user name is missing")]
    UserMissing,
    /// The route's login needs a password, and the caller gave none.
    #[error("the proxy password is missing")]
    PasswordMissing,
    /// The URL has no host.
    #[error("the URL names no host")]
    HostMissing,
    /// A CA file cannot be read, or the system's roots cannot be used.
    #[error("the trusted certificates cannot be used: {why}")]
    Trust {
        /// What is wrong with them.
        why: String,
        /// The cause, if another layer found it.
        source: Option<Box<dyn StdError + Send + Sync>>,
    },
}
