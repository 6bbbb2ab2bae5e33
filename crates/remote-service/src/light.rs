use chrono::{DateTime, Utc};
use serde::Serialize;

/// The status icon of the manual.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "light")]
pub enum Light {
    /// The service is not enabled: there is no connection at all.
    Off,
    /// Enabled, and the first answer is still out.
    Connecting,
    /// The connection to the back office is established.
    Green {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// The connection to the back office has failed.
    Orange {
        /// The first stage that failed.
        stage: Stage,
        /// What was seen there, in English, for support; it never holds a secret.
        detail: String,
        /// Since when.
        since: DateTime<Utc>,
    },
}

impl Light {
    /// The connection to the back office is established.
    #[must_use]
    pub fn is_green(&self) -> bool {
        matches!(self, Self::Green { .. })
    }
}

/// Where on the way to the back office something fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// The settings or the state directory cannot be used.
    Settings,
    /// No license is installed yet: the serial number comes from it.
    License,
    /// No way out was found, or its proxy refuses us.
    Proxy,
    /// No connection, or one that answers nothing.
    Network,
    /// Somebody answers who is not our back office.
    Signature,
    /// The back office refuses organization, code or serial number.
    Enrolment,
    /// The help desk must approve this installation first.
    Quarantine,
    /// The back office no longer serves this installation.
    Revoked,
    /// The back office answers with an error.
    BackOffice,
}
