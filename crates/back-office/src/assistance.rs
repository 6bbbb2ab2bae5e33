use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Body of `PUT /v1/assistance-requests/{id}/decision`: what the customer, or the gate in his place, decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
#[non_exhaustive]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Decision {
    /// Allowed, perhaps less than was asked for.
    Granted {
        /// What is allowed.
        scopes: Vec<Scope>,
        /// When it ends by itself.
        ends_at: DateTime<Utc>,
    },
    /// Denied by the customer, or because nobody was there to ask.
    Denied {
        /// Code of the reason, in snake case (`nobody_present`); `None` = the customer said no.
        #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9_]{1,64}$"))]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Nobody answered in time.
    TimedOut,
    /// Never shown to the customer: assistance is off, out of hours, muted or over a limit.
    Blocked {
        /// Code of the reason, in snake case.
        #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9_]{1,64}$"))]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}

/// What a session may do.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Scope {
    /// See the screen.
    View,
    /// Use keyboard and mouse.
    Control,
    /// Copy files in and out.
    FileTransfer,
    /// Reach the customer's network.
    Vpn,
}

/// Body of `PUT /v1/assistance-requests/{id}/session`: what the session does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "session", rename_all = "snake_case")]
#[non_exhaustive]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SessionReport {
    /// The client runs.
    Started {
        /// Where the help-desk employee joins; `None` = the provider told him already.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        supporter_link: Option<SupporterLink>,
    },
    /// The client has been stopped.
    Ended {
        /// Code of the reason, in snake case.
        #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9_]{1,64}$"))]
        reason: String,
    },
}

/// A link with which its holder joins a session: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SupporterLink(pub String);

impl std::fmt::Debug for SupporterLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SupporterLink(…)")
    }
}

#[cfg(test)]
mod tests;
