//! What can go wrong while a back office starts or is administered.

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a back office did not start or an administrative act failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database cannot be opened, read or written.
    #[error("database failed")]
    Database {
        /// The database's own words.
        #[source]
        source: Cause,
    },
    /// The address cannot be listened on.
    #[error("cannot listen")]
    Listen {
        /// The system's own words.
        #[source]
        source: std::io::Error,
    },
    /// A setting contradicts another or cannot be used.
    #[error("configuration refused: {what}")]
    Config {
        /// Which setting, and why.
        what: String,
    },
}
