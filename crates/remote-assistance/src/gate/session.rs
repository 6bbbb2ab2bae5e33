use std::time::Duration;

use super::kept::KeptSession;
use super::{Decline, Effect, EndNotice, EndReason, Gate, Phase, Report, Stage};
use crate::audit::Event;
use crate::{ClientProcess, Consent, Now, RequestId, Session, SessionLink};

/// How long the same session may come back after the network broke.
const RESUME: Duration = Duration::from_secs(5 * 60);
/// How long a stop may take before it is asked for again.
const STOP_AGAIN: Duration = Duration::from_secs(2);

/// How far a granted session is.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// The provider is asked.
    Opening,
    /// The local client is being started.
    Starting,
    /// It runs.
    Running,
    /// The network is broken since then.
    Lost { since: Duration },
}

impl Step {
    pub(super) fn deadline(self, until: Duration) -> Duration {
        match self {
            Self::Lost { since } => until.min(since + RESUME),
            Self::Opening | Self::Starting | Self::Running => until,
        }
    }

    /// Why the session is over at `clock`, if it is.
    pub(super) fn over(self, until: Duration, clock: Duration) -> Option<EndReason> {
        if clock >= until {
            return Some(EndReason::TimeUp);
        }
        (clock >= self.deadline(until)).then_some(EndReason::ConnectionLost)
    }
}

impl Gate {
    /// The session begins with the grant: its time runs from here.
    pub(super) fn begin(&mut self, consent: Consent, length: Duration, effects: &mut Vec<Effect>) {
        let session = Session { consent: consent.clone(), link: None, process: None };
        self.kept.session = Some(KeptSession { session, ended: None, stop_failed: false });
        self.kept.notice = None;
        self.phase = Phase::Session { until: self.clock + length, stage: Step::Opening };
        effects.push(Effect::Open(consent));
    }

    pub(super) fn opened(&mut self, request: RequestId, link: SessionLink, effects: &mut Vec<Effect>) {
        match self.move_on(request, |stage| (stage == Step::Opening).then_some(Step::Starting)) {
            Some(session) => {
                session.link = Some(link);
                effects.push(Effect::Start(session.clone()));
            }
            None => effects.push(Effect::Close(link)),
        }
    }

    pub(super) fn started(
        &mut self,
        request_id: RequestId,
        process: Option<ClientProcess>,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(session) =
            self.move_on(request_id, |stage| (stage == Step::Starting).then_some(Step::Running))
        {
            session.process = process;
            if let Some(link) = session.link.clone() {
                effects.push(Effect::Record(Event::Started { request_id, code: link.code.clone() }));
                effects.push(Effect::Report(Report::Started { request_id, link }));
            }
        } else if matches!(self.phase, Phase::Ending { .. })
            && let Some(session) = self.session_of(request_id)
        {
            session.process = process;
            self.stop_client(effects);
        }
    }

    pub(super) fn connection_lost(&mut self, request_id: RequestId, effects: &mut Vec<Effect>) {
        let since = self.clock;
        let lost = |stage| (stage == Step::Running).then_some(Step::Lost { since });
        if self.move_on(request_id, lost).is_some() {
            effects.push(Effect::Record(Event::ConnectionLost { request_id }));
        }
    }

    pub(super) fn reconnected(&mut self, request_id: RequestId, effects: &mut Vec<Effect>) {
        let back = |stage| matches!(stage, Step::Lost { .. }).then_some(Step::Running);
        if self.move_on(request_id, back).is_some() {
            effects.push(Effect::Record(Event::Reconnected { request_id }));
        }
    }

    pub(super) fn end_by_customer(&mut self, by: String, now: Now, effects: &mut Vec<Effect>) {
        match self.phase {
            Phase::Session { .. } => self.end(EndReason::EndedByCustomer, Some(by), now, effects),
            Phase::Ending { .. } => self.stop_client(effects),
            Phase::Made | Phase::Idle | Phase::Asking { .. } => {
                effects.push(Effect::Declined(Decline::NoSession))
            }
        }
    }

    /// Ends the session of this request, and no other.
    pub(super) fn fail(
        &mut self,
        request: RequestId,
        reason: EndReason,
        now: Now,
        effects: &mut Vec<Effect>,
    ) {
        if self.session_of(request).is_some() {
            self.end(reason, None, now, effects);
        }
    }

    /// Ends the session, if one runs: on record, here, then elsewhere.
    pub(super) fn end(&mut self, reason: EndReason, by: Option<String>, now: Now, effects: &mut Vec<Effect>) {
        if !matches!(self.phase, Phase::Session { .. }) {
            return;
        }
        let Some(kept) = self.kept.session.as_mut() else { return };
        kept.ended = Some(reason);
        let Session { consent, link, .. } = kept.session.clone();
        let request_id = consent.request_id;
        self.kept.notice = Some(EndNotice { consent, reason, at: now.wall });
        effects.push(Effect::Record(Event::Ended { request_id, reason, by }));
        self.stop_client(effects);
        effects.push(Effect::Report(Report::Ended { request_id, reason }));
        effects.extend(link.map(Effect::Close));
    }

    /// Ends the session that an earlier process left behind. Its end may be on record already.
    pub(super) fn end_left_over(&mut self, now: Now, effects: &mut Vec<Effect>) {
        match &self.kept.session {
            Some(KeptSession { ended: None, .. }) => {
                self.phase = Phase::Session { until: Duration::MAX, stage: Step::Running };
                self.end(EndReason::ServiceRestarted, None, now, effects);
            }
            Some(KeptSession { ended: Some(_), .. }) => self.stop_client(effects),
            None => {}
        }
    }

    /// Asks for the end of the local client, and again until it is confirmed.
    pub(super) fn stop_client(&mut self, effects: &mut Vec<Effect>) {
        self.phase = Phase::Ending { again: self.clock + STOP_AGAIN };
        effects.extend(self.kept.session.as_ref().map(|kept| Effect::Stop(kept.session.clone())));
    }

    pub(super) fn stopped(&mut self, request: RequestId) {
        if matches!(self.phase, Phase::Ending { .. }) && self.session_of(request).is_some() {
            self.kept.session = None;
            self.phase = Phase::Idle;
        }
    }

    /// On record once: it is tried again every other second, for as long as it takes.
    pub(super) fn stop_failed(&mut self, request_id: RequestId, effects: &mut Vec<Effect>) {
        let ending = matches!(self.phase, Phase::Ending { .. });
        let kept = self.kept.session.as_mut().filter(|kept| kept.session.consent.request_id == request_id);
        if let Some(kept) = kept
            && ending
            && !std::mem::replace(&mut kept.stop_failed, true)
        {
            effects.push(Effect::Record(Event::StopFailed { request_id }));
        }
    }

    pub(super) const fn stage(&self) -> Stage {
        match &self.phase {
            Phase::Session { stage: Step::Opening | Step::Starting, .. } => Stage::Connecting,
            Phase::Session { stage: Step::Running, .. } => Stage::Running,
            Phase::Session { stage: Step::Lost { .. }, .. } => Stage::Lost,
            Phase::Made | Phase::Idle | Phase::Asking { .. } | Phase::Ending { .. } => Stage::Ending,
        }
    }

    /// Moves the running session of this request one step on, if `next` knows one from where it is.
    fn move_on(
        &mut self,
        request: RequestId,
        next: impl FnOnce(Step) -> Option<Step>,
    ) -> Option<&mut Session> {
        let Phase::Session { stage, .. } = &mut self.phase else { return None };
        let kept = self.kept.session.as_mut().filter(|kept| kept.session.consent.request_id == request)?;
        *stage = next(*stage)?;
        Some(&mut kept.session)
    }

    fn session_of(&mut self, request: RequestId) -> Option<&mut Session> {
        let session = self.kept.session.as_mut().map(|kept| &mut kept.session)?;
        (session.consent.request_id == request).then_some(session)
    }
}
