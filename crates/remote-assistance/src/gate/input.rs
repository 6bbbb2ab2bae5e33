use crate::{ClientProcess, LocalUser, Policy, Rejection, Request, RequestId, Scopes, SessionLink};

/// Something that happened, for [`Gate::step`](crate::Gate::step).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// Nothing but time has passed.
    Tick,
    /// The back office sent a request: what [`Request::open`] made of it.
    Asked(Result<Request, Rejection>),
    /// The requester took the request back, or ends the session.
    Withdrawn(RequestId),
    /// A signed-in user's page was refreshed, or an event subscriber of the product is there: somebody can be asked.
    UserSeen,
    /// The customer's yes, to what is named here and no more.
    Grant {
        /// The request on the screen.
        request: RequestId,
        /// Who says yes; needs the role.
        user: LocalUser,
        /// What is allowed, each scope ticked; at least one, and none that was not asked for.
        scopes: Scopes,
        /// For how long, in minutes, within [`SESSION_MINUTES`](crate::SESSION_MINUTES); more than was asked for, or
        /// than the policy allows, counts as that.
        minutes: u32,
    },
    /// The customer's no.
    Deny {
        /// The request on the screen.
        request: RequestId,
        /// Who says no; needs no role.
        user: LocalUser,
        /// "Mute for 24 h": nothing more from this requester.
        mute: bool,
    },
    /// A mute is taken back.
    Unmute {
        /// The requester that may ask again.
        requester_id: String,
        /// Who takes it back; needs the role.
        user: LocalUser,
    },
    /// \[End\], or the banner was closed. Anybody at the customer's side may end a session.
    End {
        /// Who, for the record.
        by: String,
    },
    /// The end notice was read.
    NoticeSeen,
    /// Settings were loaded or changed.
    Policy(Policy),
    /// The back office revoked or quarantined this installation: nobody may come in by its word.
    Revoked,
    /// It is approved (again).
    Approved,
    /// The service is about to stop.
    ServiceStops,
    /// The state or the audit cannot be written; what is not on record must not happen.
    RecordsUnwritable,
    /// [`Effect::Open`](crate::Effect::Open) was carried out.
    Opened {
        /// The request of the consent.
        request: RequestId,
        /// The provider's session.
        link: SessionLink,
    },
    /// [`Effect::Open`](crate::Effect::Open) failed.
    OpenFailed {
        /// The request of the consent.
        request: RequestId,
    },
    /// [`Effect::Start`](crate::Effect::Start) was carried out.
    Started {
        /// The request of the session.
        request: RequestId,
        /// The local client's process.
        process: Option<ClientProcess>,
    },
    /// [`Effect::Start`](crate::Effect::Start) failed.
    StartFailed {
        /// The request of the session.
        request: RequestId,
    },
    /// [`Effect::Stop`](crate::Effect::Stop) was carried out: nothing of the session runs any more.
    Stopped {
        /// The request of the session.
        request: RequestId,
    },
    /// [`Effect::Stop`](crate::Effect::Stop) failed.
    StopFailed {
        /// The request of the session.
        request: RequestId,
    },
    /// The local client's program has ended by itself.
    ClientGone {
        /// The request of the session.
        request: RequestId,
    },
    /// The network between the two sides broke.
    ConnectionLost {
        /// The request of the session.
        request: RequestId,
    },
    /// The same session is connected again.
    Reconnected {
        /// The request of the session.
        request: RequestId,
    },
}
