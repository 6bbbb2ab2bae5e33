use serde::{Deserialize, Serialize};

use crate::gate::{EndReason, Refusal};
use crate::{Consent, Policy, Rejection, RequestDocument, RequestId, SessionCode};

/// What a record tells; `event` in its line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// A request is shown to the customer.
    Asked {
        /// All of it, as it was signed.
        request: RequestDocument,
    },
    /// A request was dropped unseen, without an answer.
    Rejected {
        /// Why.
        reason: Rejection,
    },
    /// A genuine request was answered without the customer.
    Refused {
        /// All of it, as it was signed.
        request: RequestDocument,
        /// The rule.
        reason: Refusal,
    },
    /// The customer said yes.
    Granted {
        /// To what, who, and until when.
        consent: Consent,
    },
    /// The customer said no.
    Denied {
        /// To which request.
        request_id: RequestId,
        /// Who said no.
        by: String,
        /// Nothing more from this requester for 24 h.
        muted: bool,
    },
    /// Nobody answered within 60 s.
    TimedOut {
        /// Which request.
        request_id: RequestId,
    },
    /// The requester took the request back before it was answered.
    Withdrawn {
        /// Which request.
        request_id: RequestId,
    },
    /// The local client runs, the helper may join.
    Started {
        /// By which request.
        request_id: RequestId,
        /// The provider's session.
        code: SessionCode,
    },
    /// The network broke.
    ConnectionLost {
        /// By which request.
        request_id: RequestId,
    },
    /// The same session is connected again.
    Reconnected {
        /// By which request.
        request_id: RequestId,
    },
    /// A session is over.
    Ended {
        /// By which request.
        request_id: RequestId,
        /// Why.
        reason: EndReason,
        /// Who ended it, where a person did.
        by: Option<String>,
    },
    /// The local client is still running after an attempt to stop it; it is tried again.
    StopFailed {
        /// By which request.
        request_id: RequestId,
    },
    /// A mute was taken back.
    Unmuted {
        /// Whose.
        requester_id: String,
        /// Who took it back.
        by: String,
    },
    /// Other settings are in force.
    PolicyChanged {
        /// These.
        policy: Policy,
    },
    /// The back office revoked or quarantined this installation.
    Revoked,
    /// It approved it (again).
    Approved,
    /// The service had crashed: the record before this one had no head yet.
    Recovered,
    /// State or audit were found damaged; assistance is locked.
    DamageFound {
        /// What is damaged.
        what: crate::Damage,
    },
}
