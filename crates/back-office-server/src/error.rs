//! What can go wrong while a back office starts or is administered.
use license_lifecycle::Refusal;

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
    /// The envelope with the back-office keys is not one that installations would accept.
    #[error("back-office keys refused")]
    Keys {
        /// Why.
        #[from]
        source: back_office::Error,
    },
    /// The system has no random bytes.
    #[error("no random numbers")]
    Random {
        /// The system's own words.
        #[source]
        source: Cause,
    },
    /// No service organization has this ID.
    #[error("unknown service organization")]
    UnknownOrganization,
    /// The account cannot be made.
    #[error("account refused: {what}")]
    Account {
        /// Why.
        what: &'static str,
    },
    /// The license is not one that installations would accept.
    #[error("license refused")]
    License {
        /// Why.
        #[from]
        source: Refusal,
    },
    /// The manifest and the license file it binds say different things.
    #[error("manifest and license file disagree")]
    Disagreement {
        /// The differences, in English.
        differences: Vec<String>,
    },
}

impl Error {
    pub(crate) fn config(what: impl Into<String>) -> Self {
        Self::Config { what: what.into() }
    }
}

impl From<sqlx::Error> for Error {
    fn from(source: sqlx::Error) -> Self {
        Self::Database { source: source.into() }
    }
}
