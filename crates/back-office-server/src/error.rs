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
    /// The organization has no such installation, or not in the standing that the act needs.
    #[error("unknown installation")]
    UnknownInstallation,
    /// The organization has no such request for assistance, or it is over.
    #[error("unknown request for assistance")]
    UnknownRequest,
    /// Another request for assistance waits for its answer.
    #[error("another request waits for its answer")]
    RequestPending,
    /// The installation would not accept the request for assistance.
    #[error("request for assistance refused")]
    Request {
        /// Which field is not as it must be.
        #[from]
        source: remote_assistance::Error,
    },
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
