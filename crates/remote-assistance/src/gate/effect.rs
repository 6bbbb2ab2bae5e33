use crate::codes::codes;
use crate::{Consent, RequestId, Scopes, Session, SessionLink, audit::Event};
use chrono::{DateTime, Utc};

/// Something to be carried out, in the order given and after [`Gate::durable`](crate::Gate::durable) has been
/// written. [`Gatekeeper`](crate::Gatekeeper) does the writing and hands out the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Put it on record, before any later effect.
    Record(Event),
    /// Ask the broker for a session; answer with `Opened` or `OpenFailed`.
    Open(Consent),
    /// Start the local client; answer with `Started` or `StartFailed`.
    Start(Session),
    /// End the session here and now, without the network; answer with `Stopped` or `StopFailed`. To be carried out
    /// after an earlier `Start`, never before it.
    Stop(Session),
    /// Tell the broker that the session is over; best effort.
    Close(SessionLink),
    /// Tell the back office; to be repeated until it has it, or until a later report on the same request.
    Report(Report),
    /// The input was not carried out; for whoever gave it.
    Declined(Decline),
}

/// News for the back office about one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// What became of the request.
    Decision {
        /// Which request.
        request_id: RequestId,
        /// The answer.
        decision: Decision,
    },
    /// The session runs.
    Started {
        /// Which request.
        request_id: RequestId,
        /// Where the helper joins: its `supporter_link`. `Debug` does not show it.
        link: SessionLink,
    },
    /// The session is over.
    Ended {
        /// Which request.
        request_id: RequestId,
        /// Why.
        reason: EndReason,
    },
}

/// The answer to a request.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Yes, to this much.
    Granted {
        /// What is allowed.
        scopes: Scopes,
        /// Until when, by the customer's clock.
        until: DateTime<Utc>,
    },
    /// The customer said no (`None`), or a rule said it for the customer.
    Denied(Option<Refusal>),
    /// Nobody answered within 60 s.
    TimedOut,
    /// It was never shown.
    Blocked(Refusal),
}

impl Decision {
    /// The state on the wire: `granted`, `denied`, `timed_out` or `blocked`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Granted { .. } => "granted",
            Self::Denied(_) => "denied",
            Self::TimedOut => "timed_out",
            Self::Blocked(_) => "blocked",
        }
    }

    /// The reason code on the wire, where there is one.
    pub const fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Denied(Some(refusal)) | Self::Blocked(refusal) => Some(refusal.code()),
            Self::Denied(None) => Some("customer"),
            Self::Granted { .. } | Self::TimedOut => None,
        }
    }
}

codes! {
    /// Why a genuine request was answered without the customer.
    Refusal {
        /// Remote assistance is off.
        Disabled = "disabled",
        /// The back office revoked or quarantined this installation.
        Revoked = "revoked",
        /// The records are damaged; an administrator has to switch assistance off and on.
        Locked = "locked",
        /// Outside the weekly hours.
        OutsideHours = "outside_hours",
        /// The customer muted the requester.
        Muted = "muted",
        /// The customer said no to this requester a short time ago.
        Paused = "paused",
        /// The same request is on the screen already.
        Merged = "merged",
        /// Another request is on the screen, or a session runs.
        Busy = "busy",
        /// More than 3 requests of this requester within 10 minutes.
        RequesterLimit = "requester_limit",
        /// More than 10 requests of this organization within an hour.
        OrganizationLimit = "organization_limit",
        /// Nobody is signed in who could be asked.
        NobodyPresent = "nobody_present",
        /// The service was restarted while the question was on the screen.
        ServiceRestarted = "service_restarted",
        /// The service stopped while the question was on the screen.
        ServiceStopped = "service_stopped",
        /// The audit or the state cannot be written.
        RecordsUnwritable = "records_unwritable",
    }
}

impl Refusal {
    /// The answer that tells the requester.
    pub(crate) const fn decision(self) -> Decision {
        match self {
            Self::OutsideHours | Self::NobodyPresent | Self::ServiceRestarted | Self::ServiceStopped => {
                Decision::Denied(Some(self))
            }
            _ => Decision::Blocked(self),
        }
    }
}

codes! {
    /// Why a session ended.
    EndReason {
        /// Its time was over.
        TimeUp = "time_up",
        /// Somebody at the customer's side ended it.
        EndedByCustomer = "ended_by_customer",
        /// The requester took the request back.
        Withdrawn = "withdrawn",
        /// Remote assistance was switched off.
        Disabled = "disabled",
        /// The back office revoked or quarantined this installation.
        Revoked = "revoked",
        /// The service came back after a crash and found it.
        ServiceRestarted = "service_restarted",
        /// The service stopped.
        ServiceStopped = "service_stopped",
        /// The network broke and did not come back within 5 minutes.
        ConnectionLost = "connection_lost",
        /// The local client's program ended.
        ClientClosed = "client_closed",
        /// The provider did not open a session.
        NotOpened = "not_opened",
        /// The local client could not be started.
        NotStarted = "not_started",
        /// The audit or the state cannot be written.
        RecordsUnwritable = "records_unwritable",
    }
}

codes! {
    /// Why an input of a person was not carried out.
    Decline {
        /// There is no such request on the screen (any more).
        NotAsked = "not_asked",
        /// The user does not have the role.
        NoRole = "no_role",
        /// The user is the requester.
        IsRequester = "is_requester",
        /// No scope, or one that was not asked for.
        BadScopes = "bad_scopes",
        /// Not within 5 minutes to 168 hours.
        BadMinutes = "bad_minutes",
        /// There is no session to end.
        NoSession = "no_session",
        /// The grant could not be put on record.
        RecordsUnwritable = "records_unwritable",
    }
}
