use std::time::Duration;

use chrono::TimeDelta;

use super::{Decision, Decline, Effect, EndReason, Gate, Phase, Refusal, Report};
use crate::audit::Event;
use crate::{Consent, LocalUser, Now, Request, RequestDocument, RequestId, SESSION_MINUTES, Scopes};

/// How long the customer is asked.
pub(super) const CONSENT_TIME: Duration = Duration::from_secs(60);
/// How long somebody counts as present after having been seen.
const PRESENCE: Duration = Duration::from_secs(30);

impl Gate {
    /// A request came in. Its id is used up by that, whatever becomes of it.
    pub(super) fn asked(&mut self, request: Request, now: Now, effects: &mut Vec<Effect>) {
        if let Err(reason) = self.kept.use_up(&request) {
            effects.push(Effect::Record(Event::Rejected { reason }));
            return;
        }
        if let Some(refusal) = self.rule_against(&request, now) {
            self.refuse((*request).clone(), refusal, effects);
            return;
        }
        self.kept.note_shown(&request, now);
        self.kept.asking = Some((*request).clone());
        effects.push(Effect::Record(Event::Asked { request: (*request).clone() }));
        self.phase = Phase::Asking { request, until: self.clock + CONSENT_TIME, asked_at: now.wall };
    }

    /// The first rule that keeps the request from being shown.
    fn rule_against(&self, request: &Request, now: Now) -> Option<Refusal> {
        let closed = !self.policy.hours.are_open(now.local());
        let absent = self.user_seen.is_none_or(|seen| self.clock - seen > PRESENCE);
        self.shut()
            .or(closed.then_some(Refusal::OutsideHours))
            .or_else(|| self.kept.shut_out(&request.requester_id, now))
            .or_else(|| self.taken(request))
            .or_else(|| self.kept.limit(request, now))
            .or(absent.then_some(Refusal::NobodyPresent))
    }

    /// One question or session at a time.
    fn taken(&self, request: &Request) -> Option<Refusal> {
        match &self.phase {
            Phase::Made | Phase::Idle => None,
            Phase::Asking { request: asking, .. } if asking.asks_the_same_as(request) => {
                Some(Refusal::Merged)
            }
            Phase::Asking { .. } | Phase::Session { .. } | Phase::Ending { .. } => Some(Refusal::Busy),
        }
    }

    pub(super) fn refuse(&self, request: RequestDocument, reason: Refusal, effects: &mut Vec<Effect>) {
        let report = Report::Decision { request_id: request.request_id, decision: reason.decision() };
        effects.extend([Effect::Record(Event::Refused { request, reason }), Effect::Report(report)]);
    }

    /// Takes the question off the screen, if there is one, and answers it by a rule.
    pub(super) fn take_back_question(&mut self, refusal: Refusal, effects: &mut Vec<Effect>) {
        if let Some(request) = self.answered() {
            self.refuse((*request).clone(), refusal, effects);
        }
    }

    pub(super) fn time_out(&mut self, effects: &mut Vec<Effect>) {
        let Some(request) = self.answered() else { return };
        let request_id = request.request_id;
        let report = Report::Decision { request_id, decision: Decision::TimedOut };
        effects.extend([Effect::Record(Event::TimedOut { request_id }), Effect::Report(report)]);
    }

    pub(super) fn withdrawn(&mut self, request_id: RequestId, now: Now, effects: &mut Vec<Effect>) {
        if self.is_asked(request_id).is_some() {
            self.answered();
            effects.push(Effect::Record(Event::Withdrawn { request_id }));
        }
        self.fail(request_id, EndReason::Withdrawn, now, effects);
    }

    pub(super) fn deny(
        &mut self,
        request_id: RequestId,
        user: &LocalUser,
        muted: bool,
        now: Now,
        effects: &mut Vec<Effect>,
    ) {
        if self.is_asked(request_id).is_none() {
            effects.push(Effect::Declined(Decline::NotAsked));
            return;
        }
        let Some(request) = self.answered() else { return };
        self.kept.pause(&request.requester_id, now);
        if muted {
            self.kept.mute(&request.requester_id, now);
        }
        let by = user.name().to_owned();
        let report = Report::Decision { request_id, decision: Decision::Denied(None) };
        effects.extend([Effect::Record(Event::Denied { request_id, by, muted }), Effect::Report(report)]);
    }

    pub(super) fn grant(
        &mut self,
        request_id: RequestId,
        user: &LocalUser,
        scopes: Scopes,
        minutes: u32,
        now: Now,
        effects: &mut Vec<Effect>,
    ) {
        match self.consent(request_id, user, scopes, minutes, now) {
            Ok((consent, length)) => {
                self.answered();
                self.kept.forgive(&consent.requester_id);
                let decision = Decision::Granted { scopes, until: consent.until };
                effects.push(Effect::Record(Event::Granted { consent: consent.clone() }));
                effects.push(Effect::Report(Report::Decision { request_id, decision }));
                self.begin(consent, length, effects);
            }
            Err(decline) => effects.push(Effect::Declined(decline)),
        }
    }

    /// The one place where a consent is made.
    fn consent(
        &self,
        request_id: RequestId,
        user: &LocalUser,
        scopes: Scopes,
        minutes: u32,
        now: Now,
    ) -> Result<(Consent, Duration), Decline> {
        let request = self.is_asked(request_id).ok_or(Decline::NotAsked)?;
        if !user.may_allow() {
            return Err(Decline::NoRole);
        }
        if [&request.requester_id, &request.requester_name].iter().any(|name| is_same(name, user.name())) {
            return Err(Decline::IsRequester);
        }
        if scopes.is_empty() || !scopes.is_within(request.scopes) {
            return Err(Decline::BadScopes);
        }
        if !SESSION_MINUTES.contains(&minutes) {
            return Err(Decline::BadMinutes);
        }
        let minutes = minutes.min(request.duration_minutes).min(self.policy.max_minutes);
        let consent = Consent {
            request_id,
            requester_id: request.requester_id.clone(),
            requester_name: request.requester_name.clone(),
            organization: request.organization.clone(),
            ticket: request.ticket.clone(),
            scopes,
            granted_by: user.name().to_owned(),
            granted_at: now.wall,
            until: now.wall + TimeDelta::minutes(minutes.into()),
        };
        Ok((consent, Duration::from_secs(60 * u64::from(minutes))))
    }

    pub(super) fn unmute(&mut self, requester_id: String, user: &LocalUser, effects: &mut Vec<Effect>) {
        if !user.may_allow() {
            effects.push(Effect::Declined(Decline::NoRole));
        } else if self.kept.mutes.remove(&requester_id).is_some() {
            let by = user.name().to_owned();
            effects.push(Effect::Record(Event::Unmuted { requester_id, by }));
        }
    }

    /// The request on the screen, if it is this one.
    fn is_asked(&self, request_id: RequestId) -> Option<&Request> {
        match &self.phase {
            Phase::Asking { request, .. } if request.request_id == request_id => Some(request),
            _ => None,
        }
    }

    /// Takes the request off the screen.
    fn answered(&mut self) -> Option<Request> {
        if !matches!(self.phase, Phase::Asking { .. }) {
            return None;
        }
        self.kept.asking = None;
        match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Asking { request, .. } => Some(request),
            _ => None,
        }
    }
}

/// Whether two account names are the same, as accounts go: without regard to case and blanks around.
fn is_same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
