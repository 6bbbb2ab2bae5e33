//! The gate: every rule about who may come in, as one state machine without a clock, a file or a socket.

mod asking;
mod effect;
mod input;
mod kept;
mod session;
mod view;

use std::time::Duration;

use chrono::{DateTime, Utc};

pub use effect::{Decision, Decline, Effect, EndReason, Refusal, Report};
pub use input::Input;
pub use kept::{Damage, DurableState, EndNotice};
pub use view::{Banner, Question, Stage, View};

use crate::audit::Event;
use crate::{Now, Policy, REQUEST_LIFE, Request};

/// Decides who may come in, when and for how long. Off until a [`Policy`] says otherwise; whatever is unclear is no.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gate {
    policy: Policy,
    kept: DurableState,
    phase: Phase,
    /// The highest [`Now::since_boot`] so far: time never runs backwards here.
    clock: Duration,
    /// When somebody who can be asked was seen last.
    user_seen: Option<Duration>,
}

/// Where the gate stands between two steps. Times are on [`Gate::clock`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Phase {
    /// Just made: what an earlier process left behind has to be cleared away first.
    Made,
    /// Nobody asks.
    Idle,
    /// The customer is asked.
    Asking { request: Request, until: Duration, asked_at: DateTime<Utc> },
    /// A session was granted; it is the one in `kept.session`.
    Session { until: Duration, stage: session::Step },
    /// The session in `kept.session` is over, its local client may still run.
    Ending { again: Duration },
}

impl Gate {
    /// A gate that goes on where `durable` ends; `None` is a first start. It keeps no grant: what an earlier process
    /// left behind is ended by the first [`step`](Self::step).
    pub fn new(policy: Policy, durable: Option<DurableState>) -> Self {
        let kept = durable.unwrap_or_default();
        Self { policy, kept, phase: Phase::Made, clock: Duration::ZERO, user_seen: None }
    }

    /// Takes in what happened, and says what is to be done about it, in this order. What is due by `now` happens
    /// before the input does: however late a step comes, nothing is granted or kept past its time.
    pub fn step(&mut self, input: Input, now: Now) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.clock = self.clock.max(now.since_boot);
        self.kept.settle(now);
        self.clear_away(now, &mut effects);
        self.let_time_pass(now, &mut effects);
        self.take_in(input, now, &mut effects);
        effects
    }

    /// When the next step is due at the latest, on the clock of [`Now::since_boot`].
    pub fn next_deadline(&self) -> Option<Duration> {
        match &self.phase {
            Phase::Made => Some(self.clock),
            Phase::Idle => None,
            Phase::Asking { until, .. } => Some(*until),
            Phase::Session { until, stage } => Some(stage.deadline(*until)),
            Phase::Ending { again } => Some(*again),
        }
    }

    /// What must be on the disk before the effects of the last step are carried out.
    pub const fn durable(&self) -> &DurableState {
        &self.kept
    }

    /// What pages show.
    pub fn view(&self) -> View {
        let session = self.kept.session.as_ref().map(|kept| &kept.session);
        View {
            allowed: self.shut().is_none(),
            revoked: self.kept.revoked,
            damage: self.kept.damage,
            question: self.question(),
            banner: session.map(|session| Banner {
                consent: session.consent.clone(),
                stage: self.stage(),
                link: session.link.clone(),
            }),
            end_notice: self.kept.notice.clone(),
            mutes: self.kept.mutes.clone(),
        }
    }

    fn question(&self) -> Option<Question> {
        let Phase::Asking { request, asked_at, .. } = &self.phase else { return None };
        let minutes = request.duration_minutes.min(self.policy.max_minutes);
        let until = *asked_at + asking::CONSENT_TIME;
        Some(Question { request: (**request).clone(), minutes, asked_at: *asked_at, until })
    }

    /// Why nobody at all may come in.
    fn shut(&self) -> Option<Refusal> {
        if self.kept.revoked {
            return Some(Refusal::Revoked);
        }
        if self.kept.damage.is_some() {
            return Some(Refusal::Locked);
        }
        if !self.policy.is_on() {
            return Some(Refusal::Disabled);
        }
        None
    }

    fn let_time_pass(&mut self, now: Now, effects: &mut Vec<Effect>) {
        match &self.phase {
            Phase::Asking { until, .. } if self.clock >= *until => self.time_out(effects),
            Phase::Session { until, stage } => {
                if let Some(reason) = stage.over(*until, self.clock) {
                    self.end(reason, None, now, effects);
                }
            }
            Phase::Ending { again } if self.clock >= *again => self.stop_client(effects),
            _ => {}
        }
    }

    fn take_in(&mut self, input: Input, now: Now, effects: &mut Vec<Effect>) {
        match input {
            Input::Tick => {}
            Input::Asked(Ok(request)) => self.asked(request, now, effects),
            Input::Asked(Err(reason)) => effects.push(Effect::Record(Event::Rejected { reason })),
            Input::Withdrawn(request) => self.withdrawn(request, now, effects),
            Input::UserSeen => self.user_seen = Some(self.clock),
            Input::Grant { request, user, scopes, minutes } => {
                self.grant(request, &user, scopes, minutes, now, effects);
            }
            Input::Deny { request, user, mute } => self.deny(request, &user, mute, now, effects),
            Input::Unmute { requester_id, user } => self.unmute(requester_id, &user, effects),
            Input::End { by } => self.end_by_customer(by, now, effects),
            Input::NoticeSeen => self.kept.notice = None,
            Input::Policy(policy) => self.change_policy(policy, now, effects),
            Input::Revoked => self.revoke(now, effects),
            Input::Approved => self.approve(effects),
            Input::ServiceStops => {
                self.shut_down(Refusal::ServiceStopped, EndReason::ServiceStopped, now, effects)
            }
            Input::RecordsUnwritable => {
                self.shut_down(Refusal::RecordsUnwritable, EndReason::RecordsUnwritable, now, effects);
            }
            Input::Opened { request, link } => self.opened(request, link, effects),
            Input::OpenFailed { request } => self.fail(request, EndReason::NotOpened, now, effects),
            Input::Started { request, process } => self.started(request, process, effects),
            Input::StartFailed { request } => self.fail(request, EndReason::NotStarted, now, effects),
            Input::Stopped { request } => self.stopped(request),
            Input::StopFailed { request } => self.stop_failed(request, effects),
            Input::ClientGone { request } => self.fail(request, EndReason::ClientClosed, now, effects),
            Input::ConnectionLost { request } => self.connection_lost(request, effects),
            Input::Reconnected { request } => self.reconnected(request, effects),
        }
    }

    /// Off ends everything. It also is the first half of what an administrator does about damage.
    fn change_policy(&mut self, policy: Policy, now: Now, effects: &mut Vec<Effect>) {
        let was_on = std::mem::replace(&mut self.policy, policy).is_on();
        self.record_policy(effects);
        if self.policy.is_on() {
            return;
        }
        self.shut_down(Refusal::Disabled, EndReason::Disabled, now, effects);
        if was_on && self.kept.damage.take().is_some() {
            self.kept.forget_all(now.signed.unwrap_or(now.wall) + REQUEST_LIFE);
        }
    }

    fn record_policy(&mut self, effects: &mut Vec<Effect>) {
        if self.kept.policy_on_record != self.policy {
            self.kept.policy_on_record = self.policy.clone();
            effects.push(Effect::Record(Event::PolicyChanged { policy: self.policy.clone() }));
        }
    }

    fn revoke(&mut self, now: Now, effects: &mut Vec<Effect>) {
        if !std::mem::replace(&mut self.kept.revoked, true) {
            effects.push(Effect::Record(Event::Revoked));
        }
        self.shut_down(Refusal::Revoked, EndReason::Revoked, now, effects);
    }

    fn approve(&mut self, effects: &mut Vec<Effect>) {
        if std::mem::replace(&mut self.kept.revoked, false) {
            effects.push(Effect::Record(Event::Approved));
        }
    }

    /// Takes the question off the screen and ends the session, whichever there is.
    fn shut_down(&mut self, refusal: Refusal, reason: EndReason, now: Now, effects: &mut Vec<Effect>) {
        self.take_back_question(refusal, effects);
        self.end(reason, None, now, effects);
    }

    /// Ends what an earlier process left behind.
    fn clear_away(&mut self, now: Now, effects: &mut Vec<Effect>) {
        if self.phase != Phase::Made {
            return;
        }
        self.phase = Phase::Idle;
        self.end_left_over(now, effects);
        if let Some(request) = self.kept.asking.take() {
            self.refuse(request, Refusal::ServiceRestarted, effects);
        }
        self.record_policy(effects);
    }
}

#[cfg(test)]
mod tests;
