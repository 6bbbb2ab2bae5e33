use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::CarriedEnvelope;

/// Answer to the held poll `GET /v1/events`. An empty list is an answer too: the hold ended without news.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Events {
    /// In ascending order of `seq`, all above the cursor of the request.
    pub events: Vec<Event>,
    /// The cursor to ask with next, once the effects of these events are durable: asking with it acknowledges them.
    pub cursor: u64,
    /// How long the back office is ready to hold a poll, in seconds.
    pub hold_s: u64,
}

/// Something that an installation should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// Place in the installation's own sequence, from 1.
    pub seq: u64,
    /// The event's name, the same each time it is sent.
    pub id: String,
    /// After this time the event is to be acknowledged without effect; `None` = never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// What has happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What has happened, by the field `type`.
///
/// A type that this version does not know, or a known one whose fields are not readable, is
/// [`Unknown`](Self::Unknown): acknowledged and skipped, or one event would hold up all that come after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EventKind {
    /// There may be a license: a hint to fetch, nothing more.
    LicenseOffered,
    /// A help-desk page asks whether the installation is alive.
    Probe {
        /// Names the probe in the answer.
        nonce: String,
    },
    /// A help-desk employee asks for remote assistance.
    AssistanceRequested {
        /// Signed by a back-office key, of type `application/vnd.remote-service.assistance-request+json`.
        request: CarriedEnvelope,
    },
    /// The help desk takes a request back, or ends its session.
    AssistanceWithdrawn {
        /// The signed `request_id`.
        request_id: String,
    },
    /// Reconnect at a random moment within the spread.
    Drain {
        /// Seconds, at most 600.
        spread_s: u32,
    },
    /// The cursor is too old or was never issued: start from the current state.
    Resync,
    /// The help desk ended the quarantine.
    Approved,
    /// The back office no longer serves this installation.
    Revoked,
    /// Acknowledged and skipped; only read, never written.
    #[serde(untagged, skip_serializing)]
    Unknown {
        /// The type as it was sent.
        #[serde(rename = "type")]
        type_name: String,
    },
}

#[cfg(test)]
mod tests;
