use std::time::Duration;

use chrono::TimeDelta;
use remote_assistance::Stage as Banner;
use remote_assistance::contract::Rehearsal;
use remote_assistance::{Effect, Gate, Input, LocalUser, Now, Policy, Request, RequestId, Scope};

/// How long sessions are in this world, in seconds: 5 minutes.
const SESSION: u32 = 300;
const QUESTION: u32 = 60;

/// What can happen. Numbers name one of the requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Event {
    Ask(usize),
    Withdraw(usize),
    UserSeen,
    Grant(usize),
    GrantWithoutRole(usize),
    Deny(usize),
    End,
    SwitchOn,
    SwitchOff,
    Revoke,
    Approve,
    Opened(usize),
    OpenFailed(usize),
    Started(usize),
    StartFailed(usize),
    Stopped(usize),
    StopFailed(usize),
    ClientGone(usize),
    Lost(usize),
    Reconnected(usize),
    /// The service is killed and comes back; its memory is gone, its file is not.
    Restart,
    /// So many seconds pass.
    Pass(u32),
    /// Somebody sets the computer's clock by so many days.
    SetClock(i64),
}

/// What is the same in all worlds.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    start: Now,
    requests: Vec<Request>,
    allowed: LocalUser,
    other: LocalUser,
}

/// A gate, and what an onlooker knows who believes nothing that it says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) gate: Gate,
    seconds: u32,
    days_set: i64,
    on: bool,
    revoked: bool,
    /// Requests that were handed in.
    asked: Vec<bool>,
    /// The request on the screen, and since when.
    question: Option<(usize, u32)>,
    /// Requests for which a session was opened.
    opened: Vec<bool>,
    /// What may be running: which request, until when it may, and whether its end was ordered.
    live: Option<(usize, u32, bool)>,
    /// The promise that was broken.
    pub(crate) broken: Option<&'static str>,
    /// What the story has seen, so that nobody boasts of promises that were never at stake.
    pub(crate) seen: Seen,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Seen {
    pub(crate) running: bool,
    pub(crate) resumed: bool,
    pub(crate) time_up: bool,
    pub(crate) ended_by_restart: bool,
    pub(crate) late_link_closed: bool,
}

impl Stage {
    /// A stage with so many requests: two each of one requester that ask for the same, six of one organization.
    pub(crate) fn new(requests: usize) -> Self {
        let mut rehearsal = Rehearsal::new().unwrap();
        let start = rehearsal.at(0);
        let requests = (0..requests).map(|number| {
            let mut document = rehearsal.document(start);
            document.requester_id = format!("r-{}", number / 2);
            document.organization = format!("Organization {}", number / 6);
            rehearsal.open(&document, start).unwrap()
        });
        let requests = requests.collect();
        let user = |may_allow| rehearsal.user("Kim", may_allow).unwrap();
        Self { start, requests, allowed: user(true), other: user(false) }
    }

    fn id(&self, request: usize) -> RequestId {
        self.requests[request].request_id
    }

    fn number(&self, id: RequestId) -> usize {
        self.requests.iter().position(|request| request.request_id == id).unwrap()
    }

    fn now(&self, world: &World) -> Now {
        let passed = TimeDelta::seconds(world.seconds.into());
        Now {
            wall: self.start.wall + passed + TimeDelta::days(world.days_set),
            since_boot: self.start.since_boot + Duration::from_secs(world.seconds.into()),
            signed: Some(self.start.wall + passed),
            ..self.start
        }
    }

    fn policy(on: bool) -> Policy {
        Policy { allowed: on, max_minutes: SESSION / 60, ..Policy::default() }
    }

    /// Everything that can happen.
    pub(crate) fn events(&self) -> Vec<Event> {
        use Event::*;
        let each: [fn(usize) -> Event; 14] = [
            Ask,
            Withdraw,
            Grant,
            GrantWithoutRole,
            Deny,
            Opened,
            OpenFailed,
            Started,
            StartFailed,
            Stopped,
            StopFailed,
            ClientGone,
            Lost,
            Reconnected,
        ];
        let passing = [UserSeen, End, SwitchOn, SwitchOff, Revoke, Approve, Restart];
        let times = [Pass(25), Pass(QUESTION), Pass(SESSION), SetClock(-1), SetClock(1)];
        let numbered = each.into_iter().flat_map(|event| (0..self.requests.len()).map(event));
        numbered.chain(passing).chain(times).collect()
    }

    /// What comes next when nothing comes in between.
    pub(crate) fn usual(&self, world: &World) -> Event {
        if let Some((request, _)) = world.question {
            return Event::Grant(request);
        }
        let Some((request, ..)) = world.live else {
            let next = world.asked.iter().position(|asked| !asked);
            return next.map_or(Event::Pass(SESSION), Event::Ask);
        };
        match world.gate.view().banner.map(|banner| (banner.stage, banner.link)) {
            Some((Banner::Connecting, None)) => Event::Opened(request),
            Some((Banner::Connecting, Some(_))) => Event::Started(request),
            Some((Banner::Running, _)) => Event::Lost(request),
            Some((Banner::Lost, _)) => Event::Reconnected(request),
            Some((Banner::Ending, _)) | None => Event::Stopped(request),
        }
    }

    /// A world in which assistance is on and somebody is there.
    pub(crate) fn begin(&self) -> World {
        let mut world = World {
            gate: Gate::new(Self::policy(true), None),
            seconds: 0,
            days_set: 0,
            on: true,
            revoked: false,
            asked: vec![false; self.requests.len()],
            question: None,
            opened: vec![false; self.requests.len()],
            live: None,
            broken: None,
            seen: Seen::default(),
        };
        world.gate.step(Input::UserSeen, self.now(&world));
        world
    }

    /// The input that the event is to the gate.
    fn input(&self, event: Event) -> Input {
        match event {
            Event::Ask(n) => Input::Asked(Ok(self.requests[n].clone())),
            Event::Withdraw(n) => Input::Withdrawn(self.id(n)),
            Event::UserSeen => Input::UserSeen,
            Event::Grant(n) => self.grant(n, &self.allowed),
            Event::GrantWithoutRole(n) => self.grant(n, &self.other),
            Event::Deny(n) => Input::Deny { request: self.id(n), user: self.allowed.clone(), mute: false },
            Event::End => Input::End { by: "Kim".to_owned() },
            Event::SwitchOn => Input::Policy(Self::policy(true)),
            Event::SwitchOff => Input::Policy(Self::policy(false)),
            Event::Revoke => Input::Revoked,
            Event::Approve => Input::Approved,
            Event::Opened(n) => {
                Input::Opened { request: self.id(n), link: Rehearsal::link(self.id(n)).unwrap() }
            }
            Event::OpenFailed(n) => Input::OpenFailed { request: self.id(n) },
            Event::Started(n) => Input::Started { request: self.id(n), process: None },
            Event::StartFailed(n) => Input::StartFailed { request: self.id(n) },
            Event::Stopped(n) => Input::Stopped { request: self.id(n) },
            Event::StopFailed(n) => Input::StopFailed { request: self.id(n) },
            Event::ClientGone(n) => Input::ClientGone { request: self.id(n) },
            Event::Lost(n) => Input::ConnectionLost { request: self.id(n) },
            Event::Reconnected(n) => Input::Reconnected { request: self.id(n) },
            Event::Restart | Event::Pass(_) | Event::SetClock(_) => Input::Tick,
        }
    }

    fn grant(&self, request: usize, user: &LocalUser) -> Input {
        let scopes = [Scope::View].into();
        Input::Grant { request: self.id(request), user: user.clone(), scopes, minutes: SESSION / 60 }
    }

    /// Lets the event happen, and looks on.
    pub(crate) fn happen(&self, before: &World, event: Event) -> World {
        let mut world = before.clone();
        match event {
            Event::Pass(seconds) => world.seconds += seconds,
            Event::SetClock(days) => world.days_set += days,
            Event::SwitchOn => world.on = true,
            Event::SwitchOff => world.on = false,
            Event::Revoke => world.revoked = true,
            Event::Approve => world.revoked = false,
            Event::Restart => {
                let file = serde_json::to_vec(world.gate.durable()).unwrap();
                world.gate = Gate::new(Self::policy(world.on), Some(serde_json::from_slice(&file).unwrap()));
            }
            _ => {}
        }
        let now = self.now(&world);
        let effects = world.gate.step(self.input(event), now);
        self.look_on(before, &mut world, event, &effects);
        world
    }

    fn look_on(&self, before: &World, world: &mut World, event: Event, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Open(consent) => self.opens(before, world, event, self.number(consent.request_id())),
                Effect::Start(session) => {
                    let started = self.number(session.consent().request_id());
                    let may = matches!(world.live, Some((n, _, false)) if n == started);
                    world.hold("nothing is started but the session that was granted", may);
                }
                Effect::Stop(session) => {
                    let stopped = self.number(session.consent().request_id());
                    if let Some((n, _, ordered)) = &mut world.live
                        && *n == stopped
                    {
                        *ordered = true;
                    }
                }
                Effect::Close(_) => world.seen.late_link_closed |= matches!(event, Event::Opened(_)),
                Effect::Record(_) | Effect::Report(_) | Effect::Declined(_) => {}
            }
        }
        if let (Event::Stopped(n), Some((live, _, true))) = (event, world.live)
            && n == live
        {
            world.live = None;
        }
        self.check_screen(before, world, event);
        self.check_session(before, world, event);
    }

    /// A session is opened: only now, only for this request, and only once.
    fn opens(&self, before: &World, world: &mut World, event: Event, request: usize) {
        let granted = matches!(event, Event::Grant(n) if n == request);
        world.hold("no session without a grant by the customer for that very request", granted);
        let shown =
            before.question.is_some_and(|(n, since)| n == request && world.seconds < since + QUESTION);
        world.hold("no grant of what is not on the screen, or no longer", shown);
        world.hold("no session while assistance is off or revoked", world.on && !world.revoked);
        world.hold("at most one session", before.live.is_none());
        let again = std::mem::replace(&mut world.opened[request], true);
        world.hold("one grant is good for one session", !again);
        world.live = Some((request, world.seconds + SESSION, false));
    }

    fn check_screen(&self, before: &World, world: &mut World, event: Event) {
        let shown = world.gate.view().question.map(|question| self.number(question.request.request_id));
        let Some(request) = shown else {
            world.question = None;
            if let Event::Ask(n) = event {
                world.asked[n] = true;
            }
            return;
        };
        if before.question.is_none_or(|(n, _)| n != request) {
            let first = matches!(event, Event::Ask(n) if n == request) && !before.asked[request];
            world.hold("no request is shown that did not just come, for the first time", first);
            world.question = Some((request, world.seconds));
        }
        if let Event::Ask(n) = event {
            world.asked[n] = true;
        }
        let since = world.question.map_or(0, |(_, since)| since);
        world.hold("no question stays longer than its time", world.seconds < since + QUESTION);
        world.hold("no question while assistance is off or revoked", world.on && !world.revoked);
        world.hold("no question while anything of a session may run", world.live.is_none());
        world.hold("no question survives a restart", event != Event::Restart);
    }

    fn check_session(&self, before: &World, world: &mut World, event: Event) {
        let running = matches!(world.live, Some((_, _, false)));
        let banner = world.gate.view().banner;
        world.hold(
            "as long as anything may run, the banner says so",
            banner.is_some() == world.live.is_some(),
        );
        if let Some((_, until, false)) = world.live {
            world.hold("no session past its end", world.seconds < until);
            world.hold("no session after assistance was switched off or revoked", world.on && !world.revoked);
            world.hold("no session after [End]", event != Event::End);
            world.hold("no session after a restart", event != Event::Restart);
        }
        let ended = matches!(before.live, Some((_, _, false))) && !running;
        world.seen.running |= banner.is_some_and(|banner| banner.stage == Banner::Running);
        world.seen.time_up |= ended && matches!(event, Event::Pass(_));
        world.seen.ended_by_restart |= ended && event == Event::Restart;
        world.seen.resumed |= matches!(event, Event::Reconnected(_)) && world.gate != before.gate && running;
    }
}

impl World {
    /// Notes the first promise that is broken.
    fn hold(&mut self, promise: &'static str, kept: bool) {
        if !kept {
            self.broken = self.broken.or(Some(promise));
        }
    }
}
