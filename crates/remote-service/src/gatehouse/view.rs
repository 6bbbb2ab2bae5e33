//! What pages show of remote assistance.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use remote_assistance::audit::{Event, Record};
use remote_assistance::{
    Availability, Banner, Damage, EndNotice, EndReason, Question, Refusal, RequestDocument, RequestId,
    Scopes, SessionLink, Stage, View,
};

/// Remote assistance at one moment: the dialog, the banner, and who asked before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssistanceView {
    /// It is allowed in the settings, there is a program for it, and nothing below keeps everybody out.
    pub allowed: bool,
    /// What the remote desktop program could offer when it was last asked.
    pub availability: Availability,
    /// The request that waits for the customer: the dialog.
    pub pending: Option<PendingRequest>,
    /// The session that runs: the banner. It stays until nothing of the session is left running.
    pub session: Option<ActiveSession>,
    /// The session that ended, until somebody has read it.
    pub end_notice: Option<EndNotice>,
    /// Requests of the past, the newest first; those of the last 50 records.
    pub history: Vec<PastRequest>,
    /// The back office revoked or quarantined this installation.
    pub revoked: bool,
    /// Records were found damaged: an administrator has to switch assistance off and on.
    pub damage: Option<Damage>,
    /// Who is muted, by the requester's id, and until when.
    pub mutes: BTreeMap<String, DateTime<Utc>>,
}

/// A request that waits for the customer's answer; from the signed request only.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingRequest {
    /// Names it in the answer.
    pub id: String,
    /// The requester's name.
    pub requester: String,
    /// The requester's account.
    pub requester_id: String,
    /// The requester's organization.
    pub organization: String,
    /// The ticket that it is about; may be empty.
    pub ticket: String,
    /// Why; may have several lines.
    pub reason: String,
    /// What the requester wants to do. Each is to be ticked by itself.
    pub scopes: Scopes,
    /// For how long at most, in minutes: what was asked, cut to what the settings allow.
    pub minutes: u32,
    /// When it came on the screen.
    pub asked_at: DateTime<Utc>,
    /// When it counts as denied.
    pub decide_before: DateTime<Utc>,
}

/// A session that the customer allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActiveSession {
    /// The request that was granted.
    pub id: String,
    /// The requester's name.
    pub requester: String,
    /// The requester's organization.
    pub organization: String,
    /// What was granted.
    pub scopes: Scopes,
    /// When it ends by itself.
    pub ends_at: DateTime<Utc>,
    /// How far it is.
    pub stage: Stage,
    /// Where the customer joins, once the provider has opened the session.
    pub link: Option<SessionLink>,
}

/// A request of the past.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PastRequest {
    /// When it came.
    pub at: DateTime<Utc>,
    /// The requester's name.
    pub requester: String,
    /// The requester's organization.
    pub organization: String,
    /// The ticket.
    pub ticket: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It is on the screen.
    Asked,
    /// The customer said yes; the session runs.
    Granted {
        /// Who said yes.
        by: String,
    },
    /// The customer said no.
    Denied {
        /// Who said no.
        by: String,
        /// Nothing more from this requester for 24 h.
        muted: bool,
    },
    /// Nobody answered in time.
    TimedOut,
    /// The requester took it back.
    Withdrawn,
    /// It was answered by a rule, without the customer.
    Refused {
        /// The rule.
        reason: Refusal,
    },
    /// The session is over.
    Ended {
        /// Why.
        reason: EndReason,
        /// Who ended it, where a person did.
        by: Option<String>,
    },
}

impl AssistanceView {
    pub(super) fn new<'a>(
        view: View,
        availability: Availability,
        records: impl Iterator<Item = &'a Record>,
    ) -> Self {
        Self {
            allowed: view.allowed,
            availability,
            pending: view.question.map(PendingRequest::from),
            session: view.banner.map(ActiveSession::from),
            end_notice: view.end_notice,
            history: history(records),
            revoked: view.revoked,
            damage: view.damage,
            mutes: view.mutes,
        }
    }
}

impl From<Question> for PendingRequest {
    fn from(Question { request, minutes, asked_at, until }: Question) -> Self {
        Self {
            id: request.request_id.to_string(),
            requester: request.requester_name,
            requester_id: request.requester_id,
            organization: request.organization,
            ticket: request.ticket,
            reason: request.reason,
            scopes: request.scopes,
            minutes,
            asked_at,
            decide_before: until,
        }
    }
}

impl From<Banner> for ActiveSession {
    fn from(Banner { consent, stage, link }: Banner) -> Self {
        Self {
            id: consent.request_id().to_string(),
            requester: consent.requester_name().to_owned(),
            organization: consent.organization().to_owned(),
            scopes: consent.scopes(),
            ends_at: consent.until(),
            stage,
            link,
        }
    }
}

/// One entry for each request whose requester the records name; what was dropped unseen is not among them.
fn history<'a>(records: impl Iterator<Item = &'a Record>) -> Vec<PastRequest> {
    let mut past: Vec<(RequestId, PastRequest)> = Vec::new();
    for Record { at, event, .. } in records {
        let Some((id, outcome)) = outcome(event) else { continue };
        match (past.iter_mut().find(|(known, _)| *known == id), event) {
            (Some((_, known)), _) => known.outcome = outcome,
            (None, Event::Asked { request } | Event::Refused { request, .. }) => {
                let RequestDocument { requester_name, organization, ticket, .. } = request.clone();
                past.push((
                    id,
                    PastRequest { at: *at, requester: requester_name, organization, ticket, outcome },
                ));
            }
            (None, _) => {}
        }
    }
    past.into_iter().rev().map(|(_, past)| past).collect()
}

/// What a record tells of a request.
fn outcome(event: &Event) -> Option<(RequestId, Outcome)> {
    Some(match event {
        Event::Asked { request } => (request.request_id, Outcome::Asked),
        Event::Refused { request, reason } => (request.request_id, Outcome::Refused { reason: *reason }),
        Event::Granted { consent } => {
            (consent.request_id(), Outcome::Granted { by: consent.granted_by().to_owned() })
        }
        Event::Denied { request_id, by, muted } => {
            (*request_id, Outcome::Denied { by: by.clone(), muted: *muted })
        }
        Event::TimedOut { request_id } => (*request_id, Outcome::TimedOut),
        Event::Withdrawn { request_id } => (*request_id, Outcome::Withdrawn),
        Event::Ended { request_id, reason, by } => {
            (*request_id, Outcome::Ended { reason: *reason, by: by.clone() })
        }
        _ => return None,
    })
}
