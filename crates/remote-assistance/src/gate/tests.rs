mod answers;
mod limits;
mod sessions;
mod shut;

use super::*;
use crate::audit::Event;
use crate::rehearsal::Rehearsal;
use crate::{LocalUser, Now, Policy, RequestDocument, RequestId, Scope, Scopes, SessionLink};

/// A gate that is on, with somebody in front of it; `now` is in seconds.
struct Story {
    back_office: Rehearsal,
    gate: Gate,
    now: u32,
}

impl Story {
    fn new() -> Self {
        let back_office = Rehearsal::new().unwrap();
        let gate = Gate::new(Policy { allowed: true, ..Policy::default() }, None);
        let mut story = Self { back_office, gate, now: 0 };
        story.step(Input::UserSeen);
        story
    }

    fn time(&self) -> Now {
        self.back_office.at(self.now)
    }

    fn step(&mut self, input: Input) -> Vec<Effect> {
        let now = self.time();
        self.gate.step(input, now)
    }

    /// A request with another content than all before.
    fn document(&mut self) -> RequestDocument {
        let now = self.time();
        let mut document = self.back_office.document(now);
        document.reason = format!("Reason {}", document.request_id);
        document
    }

    fn ask(&mut self, document: &RequestDocument) -> Vec<Effect> {
        let asked = self.back_office.open(document, self.time());
        self.step(Input::UserSeen);
        self.step(Input::Asked(asked))
    }

    /// Asks something new that must be shown.
    fn ask_anew(&mut self) -> RequestDocument {
        let document = self.document();
        let effects = self.ask(&document);
        assert_eq!(effects, [Effect::Record(Event::Asked { request: document.clone() })]);
        document
    }

    fn user(&self) -> LocalUser {
        self.back_office.user("Kim", true).unwrap()
    }

    fn grant(&mut self, request: RequestId, scopes: Scopes, minutes: u32) -> Vec<Effect> {
        let user = self.user();
        self.step(Input::Grant { request, user, scopes, minutes })
    }

    fn deny(&mut self, request: RequestId, mute: bool) -> Vec<Effect> {
        let user = self.user();
        self.step(Input::Deny { request, user, mute })
    }

    /// A session that runs, for 30 minutes from now.
    fn run(&mut self) -> RequestId {
        let request = self.ask_anew().request_id;
        self.grant(request, view(), 30);
        self.step(Input::Opened { request, link: link() });
        self.step(Input::Started { request, process: None });
        assert_eq!(self.gate.view().banner.unwrap().stage, Stage::Running);
        request
    }

    /// The service is restarted, `seconds` later.
    fn restart(&mut self, seconds: u32) -> Vec<Effect> {
        let kept = serde_json::to_string(self.gate.durable()).unwrap();
        self.gate = Gate::new(self.gate.policy.clone(), Some(serde_json::from_str(&kept).unwrap()));
        self.now += seconds;
        self.step(Input::Tick)
    }

    fn asks(&self) -> bool {
        self.gate.view().question.is_some()
    }
}

fn view() -> Scopes {
    [Scope::View].into()
}

fn link() -> SessionLink {
    Rehearsal::link(RequestId::from_bytes([5; 16])).unwrap()
}

/// The one reason for which the request was refused without being shown.
fn refusal(effects: &[Effect]) -> Option<Refusal> {
    let refused: Vec<Refusal> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Record(Event::Refused { reason, .. }) => Some(*reason),
            _ => None,
        })
        .collect();
    assert!(refused.len() <= 1, "{effects:?}");
    refused.first().copied()
}

fn ended(effects: &[Effect]) -> Option<EndReason> {
    effects.iter().find_map(|effect| match effect {
        Effect::Record(Event::Ended { reason, .. }) => Some(*reason),
        _ => None,
    })
}

fn stops(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Stop(_)))
}
