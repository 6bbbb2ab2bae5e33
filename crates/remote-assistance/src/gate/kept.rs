use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::EndReason;
use crate::codes::codes;
use crate::{Consent, Now, Policy, Refusal, Rejection, RequestDocument, RequestId, Session};

/// The most requests of one requester that are shown within [`REQUESTER_WINDOW`].
pub(super) const REQUESTER_LIMIT: usize = 3;
const REQUESTER_WINDOW: TimeDelta = TimeDelta::minutes(10);
/// The most requests of one organization that are shown within [`ORGANIZATION_WINDOW`].
const ORGANIZATION_LIMIT: usize = 10;
const ORGANIZATION_WINDOW: TimeDelta = TimeDelta::hours(1);
/// The first pause after a denial; each further one is twice as long, up to [`DAY`].
const FIRST_PAUSE_MINUTES: i64 = 10;
const DAY: TimeDelta = TimeDelta::hours(24);
/// How long a used id is remembered beyond its request's expiry, on the back office's time.
const USED_MARGIN: TimeDelta = TimeDelta::minutes(10);
/// The most used ids that are remembered.
const MAX_USED: usize = 10_000;

codes! {
    /// What was found damaged at a start.
    Damage {
        /// `assistance.json` is unreadable: denials, mutes and used ids are lost.
        State = "state",
        /// The audit does not go with its head: somebody changed or cut it.
        Audit = "audit",
    }
}

/// What the gate must not forget: `assistance.json`. Written before any effect of the same step is carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DurableState {
    /// The policy that the audit knows of; the one in force comes from the settings.
    pub(super) policy_on_record: Policy,
    /// Ids of requests, with their expiry.
    used: BTreeMap<RequestId, DateTime<Utc>>,
    /// Requests that expire up to here are over: ids that old are no longer remembered one by one.
    forgotten_until: Option<DateTime<Utc>>,
    /// What was shown within the last hour.
    shown: Vec<Shown>,
    /// Requesters that were denied.
    pauses: BTreeMap<String, Pause>,
    /// Requesters that are muted, and until when.
    pub(super) mutes: BTreeMap<String, DateTime<Utc>>,
    /// The request on the screen.
    pub(super) asking: Option<RequestDocument>,
    /// The session that was granted, until nothing of it runs any more.
    pub(super) session: Option<KeptSession>,
    /// What the customer has not yet read.
    pub(super) notice: Option<EndNotice>,
    /// The back office revoked or quarantined this installation.
    pub(super) revoked: bool,
    /// Nothing is shown before an administrator has switched assistance off and on.
    pub(super) damage: Option<Damage>,
}

/// A session, and what of its end is on record already.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct KeptSession {
    pub(super) session: Session,
    pub(super) ended: Option<EndReason>,
    pub(super) stop_failed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Shown {
    requester_id: String,
    organization: String,
    at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Pause {
    until: DateTime<Utc>,
    minutes: i64,
}

/// What is shown after a session: who it was, and why it ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EndNotice {
    /// What had been agreed to.
    pub consent: Consent,
    /// Why it ended.
    pub reason: EndReason,
    /// When, by the computer's clock.
    pub at: DateTime<Utc>,
}

impl DurableState {
    /// The same state, found with damage: nothing is shown until an administrator has switched assistance off and on,
    /// and nothing ever that is on its way until then, because its id may have been used.
    #[must_use]
    pub fn damaged_by(self, damage: Damage) -> Self {
        Self { damage: Some(damage), ..self }
    }

    /// Drops what is over, and pulls in what a clock that was set back would make longer than it was meant to be.
    pub(super) fn settle(&mut self, now: Now) {
        let wall = now.wall;
        self.shown.iter_mut().for_each(|shown| shown.at = shown.at.min(wall));
        self.shown.retain(|shown| wall - shown.at < ORGANIZATION_WINDOW);
        for pause in self.pauses.values_mut() {
            pause.until = pause.until.min(wall + TimeDelta::minutes(pause.minutes));
        }
        self.pauses.retain(|_, pause| wall < pause.until + DAY);
        self.mutes.values_mut().for_each(|until| *until = (*until).min(wall + DAY));
        self.mutes.retain(|_, until| wall < *until);
        if let Some(signed) = now.signed {
            self.forget_expired(signed - USED_MARGIN);
        }
    }

    /// Takes the request's id, once and for all.
    pub(super) fn use_up(&mut self, request: &RequestDocument) -> Result<(), Rejection> {
        let over = self.forgotten_until.is_some_and(|until| request.expires_at <= until);
        if over || self.used.contains_key(&request.request_id) {
            return Err(Rejection::Replayed);
        }
        self.used.insert(request.request_id, request.expires_at);
        while self.used.len() > MAX_USED
            && let Some(first) = self.used.values().min().copied()
        {
            self.forget_expired(first);
        }
        Ok(())
    }

    /// From here on requests that expire up to `until` are refused without looking for their ids.
    pub(super) fn forget_expired(&mut self, until: DateTime<Utc>) {
        let Some(last) = self.used.values().filter(|&&expires| expires <= until).max().copied() else {
            return;
        };
        self.used.retain(|_, expires| *expires > until);
        self.forgotten_until = self.forgotten_until.max(Some(last));
    }

    /// After damage: whatever may have been used before is used now.
    pub(super) fn forget_all(&mut self, until: DateTime<Utc>) {
        self.forgotten_until = self.forgotten_until.max(Some(until));
    }

    /// The rule that keeps the requester out for now, because the customer said so.
    pub(super) fn shut_out(&self, requester_id: &str, now: Now) -> Option<Refusal> {
        if self.mutes.contains_key(requester_id) {
            return Some(Refusal::Muted);
        }
        let pause = self.pauses.get(requester_id)?;
        (now.wall < pause.until).then_some(Refusal::Paused)
    }

    /// The limit that one more request would break.
    pub(super) fn limit(&self, request: &RequestDocument, now: Now) -> Option<Refusal> {
        let of_requester = self.shown.iter().filter(|shown| {
            shown.requester_id == request.requester_id && now.wall - shown.at < REQUESTER_WINDOW
        });
        if of_requester.count() >= REQUESTER_LIMIT {
            return Some(Refusal::RequesterLimit);
        }
        let of_organization = self.shown.iter().filter(|shown| shown.organization == request.organization);
        (of_organization.count() >= ORGANIZATION_LIMIT).then_some(Refusal::OrganizationLimit)
    }

    /// Counts a request that is shown.
    pub(super) fn note_shown(&mut self, request: &RequestDocument, now: Now) {
        self.shown.push(Shown {
            requester_id: request.requester_id.clone(),
            organization: request.organization.clone(),
            at: now.wall,
        });
    }

    /// Keeps the requester out for a while: 10 minutes, then twice as long each time, up to a day. A day after the
    /// last pause, or with a grant, it starts anew.
    pub(super) fn pause(&mut self, requester_id: &str, now: Now) {
        let minutes = match self.pauses.get(requester_id) {
            Some(before) => (before.minutes * 2).min(DAY.num_minutes()),
            None => FIRST_PAUSE_MINUTES,
        };
        let pause = Pause { until: now.wall + TimeDelta::minutes(minutes), minutes };
        self.pauses.insert(requester_id.to_owned(), pause);
    }

    /// The requester is welcome again.
    pub(super) fn forgive(&mut self, requester_id: &str) {
        self.pauses.remove(requester_id);
    }

    /// Keeps the requester out for 24 hours.
    pub(super) fn mute(&mut self, requester_id: &str, now: Now) {
        self.mutes.insert(requester_id.to_owned(), now.wall + DAY);
    }
}
