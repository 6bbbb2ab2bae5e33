//! Who asks, who is in, and who was.
use remote_service::assistance::{EndNotice, Scope, Scopes, Stage};
use remote_service::{ActiveSession, PendingRequest};

use crate::when::When;
use crate::words::Words;

/// The durations that can be granted, in minutes, as far as they lie below what was asked.
const MINUTES: [u32; 9] = [5, 15, 30, 60, 120, 240, 480, 1440, 4320];

/// The request that waits for an answer.
pub(crate) struct Question {
    pub(crate) id: String,
    pub(crate) requester: String,
    pub(crate) organization: String,
    pub(crate) ticket: String,
    pub(crate) reason: String,
    pub(crate) scopes: Vec<ScopeView>,
    /// Value and words; the longest comes last and is chosen.
    pub(crate) minutes: Vec<(u32, String)>,
    pub(crate) until: When,
}

pub(crate) struct ScopeView {
    pub(crate) name: &'static str,
    pub(crate) words: String,
    pub(crate) explained: String,
    /// VPN opens the network, not just this computer: it is never ticked beforehand.
    pub(crate) is_ticked: bool,
}

impl Question {
    pub(super) fn new(asked: &PendingRequest, words: &Words) -> Self {
        let shorter = MINUTES.into_iter().filter(|minutes| *minutes < asked.minutes);
        Self {
            id: asked.id.clone(),
            requester: asked.requester.clone(),
            organization: asked.organization.clone(),
            ticket: asked.ticket.clone(),
            reason: asked.reason.clone(),
            scopes: asked.scopes.iter().map(|scope| ScopeView::new(scope, words)).collect(),
            minutes: shorter
                .chain([asked.minutes])
                .map(|minutes| (minutes, duration(minutes, words)))
                .collect(),
            until: words.moment(asked.decide_before),
        }
    }
}

impl ScopeView {
    fn new(scope: Scope, words: &Words) -> Self {
        let explained = match scope {
            Scope::Vpn => words.say("request-vpn-explained"),
            _ => String::new(),
        };
        let is_ticked = scope != Scope::Vpn;
        Self { name: scope.name(), words: words.code("scope", scope.name()), explained, is_ticked }
    }
}

/// The largest unit that fits without a rest.
fn duration(minutes: u32, words: &Words) -> String {
    match minutes {
        _ if minutes >= 1440 && minutes.is_multiple_of(1440) => words.count("days", (minutes / 1440).into()),
        _ if minutes.is_multiple_of(60) => words.count("hours", (minutes / 60).into()),
        _ => words.count("minutes", minutes.into()),
    }
}

/// The scopes in words, one after the other.
fn scopes(scopes: Scopes, words: &Words) -> String {
    let names: Vec<String> = scopes.iter().map(|scope| words.code("scope", scope.name())).collect();
    names.join(" · ")
}

/// The session that runs.
pub(crate) struct Banner {
    pub(crate) title: String,
    pub(crate) stage: String,
    pub(crate) scopes: String,
    pub(crate) until: When,
    /// Where the customer joins: shown to the customer only, and only when it is a link of the web.
    pub(crate) link: Option<String>,
}

impl Banner {
    pub(super) fn new(session: &ActiveSession, words: &Words) -> Self {
        let stage = match session.stage {
            Stage::Connecting => "connecting",
            Stage::Running => "running",
            Stage::Lost => "lost",
            Stage::Ending => "ending",
        };
        let who = [("requester", &*session.requester), ("organization", &*session.organization)];
        Self {
            title: words.tell("banner-title", &who),
            stage: words.code("session", stage),
            scopes: scopes(session.scopes, words),
            until: words.moment(session.ends_at),
            link: session
                .link
                .as_ref()
                .map(|link| link.end_customer_link.clone())
                .filter(|link| link.starts_with("https://")),
        }
    }
}

/// The session that ended, until somebody has read it.
pub(crate) struct Ended {
    pub(crate) title: String,
    pub(crate) reason: String,
    pub(crate) at: When,
}

impl Ended {
    pub(super) fn new(ended: &EndNotice, words: &Words) -> Self {
        let consent = &ended.consent;
        let who = [("requester", consent.requester_name()), ("organization", consent.organization())];
        Self {
            title: words.tell("ended-title", &who),
            reason: words.code("end", ended.reason.code()),
            at: words.moment(ended.at),
        }
    }
}
