use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use remote_assistance::{Availability, Decline, Effect, Gatekeeper, Input, Now, Policy, Report, Request};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::desktop::Desktop;
use super::{AssistanceView, Order, RemoteDesktop, SignedRequest};
use crate::event::EventKind;
use crate::shared::Shared;
use crate::time::{now, since_boot};
use crate::{Error, Settings};

/// How long a thread that waits for a moment sleeps at most: its sleep does not count the time of a suspended computer,
/// the gate does.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);
/// How long a stop waits for the end of the local client.
const LAST_WORDS: Duration = Duration::from_millis(1500);

/// The gate with its records, not at work yet.
pub(crate) struct Keeper {
    gate: Gatekeeper,
    /// What an earlier process left to be done.
    left: Vec<Effect>,
    desktop: Option<RemoteDesktop>,
    orders: Receiver<Order>,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keeper(…)")
    }
}

impl Keeper {
    /// Opens the records. What an earlier process left behind is ended as soon as the thread runs, before anything else.
    pub(crate) fn open(
        shared: &Shared,
        desktop: Option<RemoteDesktop>,
        orders: Receiver<Order>,
    ) -> Result<Self, Error> {
        let (key, former) = {
            let identity = shared.identity();
            (identity.key().clone(), identity.former().to_vec())
        };
        let policy = policy(&shared.settings(), desktop.is_some());
        let now = clocks(shared, None);
        let (gate, left) = Gatekeeper::open(shared.dir.root(), key, &former, policy, now)
            .map_err(|source| Error::Assistance { source })?;
        shared.show_assistance(AssistanceView::new(gate.view(), Availability::default(), gate.history()));
        Ok(Self { gate, left, desktop, orders })
    }

    /// Goes to work, on a thread of its own. `closing` is dropped when the last call to the provider is over.
    pub(crate) fn start(self, shared: Arc<Shared>, runtime: Handle, closing: mpsc::Sender<()>) {
        let work = move || self.work(shared, runtime, closing);
        if let Err(error) = thread::Builder::new().name("assistance".to_owned()).spawn(work) {
            // Whoever asks the gate hears that the service has stopped: nobody comes in.
            tracing::error!(target: "remote_service", %error, "remote assistance is off: no thread can be started");
        }
    }

    fn work(self, shared: Arc<Shared>, runtime: Handle, closing: mpsc::Sender<()>) {
        let Self { gate, left, desktop, orders } = self;
        // A dropped service ends its sessions before another one may begin.
        let hold = shared.dir.hold();
        let told = gate.history().last().map_or(0, |record| record.seq);
        let desktop = Desktop::start(desktop, shared.gatehouse.clone(), runtime, closing);
        let mut at_work =
            AtWork { gate, shared, desktop, told, signed: None, known: Availability::default(), shut: false };
        at_work.carry_out(left);
        at_work.show();
        at_work.desktop.availability(oneshot::channel().0);
        let done = at_work.hear(&orders);
        // The state directory is free before anybody hears that it is.
        drop((at_work, orders, hold));
        drop(done);
    }
}

struct AtWork {
    gate: Gatekeeper,
    shared: Arc<Shared>,
    desktop: Desktop,
    /// The number of the last record that listeners were told of.
    told: u64,
    /// The newest time that the back office signed.
    signed: Option<DateTime<Utc>>,
    /// What could be offered when it was last asked.
    known: Availability,
    /// The records cannot be written.
    shut: bool,
}

impl AtWork {
    /// Does what is ordered and what is due, until it is told to go.
    fn hear(&mut self, orders: &Receiver<Order>) -> Option<oneshot::Sender<()>> {
        loop {
            match self.next(orders) {
                Ok(Order::Stop(done)) => {
                    self.go(orders);
                    return Some(done);
                }
                Ok(order) => self.obey(order),
                Err(RecvTimeoutError::Timeout) => drop(self.take(Input::Tick)),
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    fn next(&self, orders: &Receiver<Order>) -> Result<Order, RecvTimeoutError> {
        // What could not be written is tried again.
        let due = self.gate.next_deadline().or_else(|| self.gate.failure().map(|_| Duration::MAX));
        match due {
            Some(due) => orders.recv_timeout(due.saturating_sub(since_boot()).min(LONGEST_SLEEP)),
            None => orders.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Input(input, answer) => {
                let outcome = self.take(input);
                if let Some(answer) = answer {
                    // Who asked may have gone.
                    let _ = answer.send(outcome);
                }
            }
            Order::Asked { request, done } => {
                self.asked(&request);
                let _ = done.send(());
            }
            Order::Settings(done) => {
                let policy = policy(&self.shared.settings(), self.desktop.is_there());
                let _ = self.take(Input::Policy(policy));
                let _ = done.send(());
            }
            Order::Key(key, done) => drop(done.send(self.gate.change_key(key))),
            Order::Availability(answer) => self.desktop.availability(answer),
            Order::Available(found) => {
                self.known = found;
                self.show();
            }
            Order::Unacknowledged(answer) => drop(answer.send(self.gate.unacknowledged())),
            Order::Acknowledged(records) => {
                if let Err(error) = self.gate.acknowledge(records) {
                    tracing::warn!(target: "remote_service", %error, "an acknowledgement cannot be written down");
                }
            }
            Order::Stop(_) => {}
        }
    }

    fn asked(&mut self, request: &SignedRequest) {
        self.signed = self.signed.max(request.signed);
        let now = clocks(&self.shared, self.signed);
        let opened = Request::open(&request.envelope, &request.keys, &request.installation_id, now);
        // Nobody waits for an answer of ours: what comes of it is reported.
        let _ = self.take(Input::Asked(opened));
    }

    /// Steps the gate, carries out what it says, and shows what has changed.
    fn take(&mut self, input: Input) -> Result<(), Decline> {
        let effects = self.gate.step(input, clocks(&self.shared, self.signed));
        let declined = self.carry_out(effects);
        self.show();
        declined.map_or(Ok(()), Err)
    }

    /// In the order given; nothing here waits.
    fn carry_out(&mut self, effects: Vec<Effect>) -> Option<Decline> {
        let mut declined = None;
        for effect in effects {
            match effect {
                Effect::Open(consent) => self.desktop.open(consent),
                Effect::Start(session) => self.desktop.run(session),
                Effect::Stop(session) => self.desktop.stop(session),
                Effect::Close(link) => self.desktop.close(link),
                Effect::Report(report) => self.report(&report),
                Effect::Declined(why) => declined = Some(why),
                // Done, by the gatekeeper.
                Effect::Record(_) => {}
            }
        }
        declined
    }

    fn report(&self, report: &Report) {
        if let Err(error) = self.shared.assistance_reports().add(report) {
            tracing::error!(target: "remote_service", %error, "a report on assistance cannot be written down");
        }
        self.shared.nudges.assistance.notify_one();
    }

    /// Shows what has changed, and tells those who listen.
    fn show(&mut self) {
        let view = AssistanceView::new(self.gate.view(), self.known, self.gate.history());
        let new: Vec<_> = self.gate.history().filter(|record| record.seq > self.told).cloned().collect();
        let before = self.shared.snapshot().assistance.clone();
        let changed = *before != view;
        if (before.allowed, before.availability) != (view.allowed, view.availability) {
            self.shared.nudges.reports.notify_one();
        }
        if changed {
            self.shared.show_assistance(view);
        }
        if let Some(last) = new.last() {
            self.told = last.seq;
            self.shared.nudges.assistance.notify_one();
        }
        for record in new {
            self.shared.emit(EventKind::AssistanceRecorded { record });
        }
        if changed {
            self.shared.emit(EventKind::AssistanceChanged);
        }
        let shut = std::mem::replace(&mut self.shut, self.gate.failure().is_some());
        if let Some(error) = self.gate.failure().filter(|_| !shut) {
            tracing::error!(target: "remote_service", %error, "remote assistance is shut: its records cannot be written");
        }
    }

    /// Ends what runs, and waits a moment for it to be gone.
    fn go(&mut self, orders: &Receiver<Order>) {
        let _ = self.take(Input::ServiceStops);
        let until = Instant::now() + LAST_WORDS;
        while self.gate.view().banner.is_some() {
            match orders.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(order) => self.obey(order),
                Err(_) => return,
            }
        }
    }
}

/// What the settings say of assistance. Without a program for it, it is off.
fn policy(settings: &Settings, has_desktop: bool) -> Policy {
    let allowed = settings.assistance.allowed && has_desktop;
    match settings.weekly_hours() {
        Ok(hours) => Policy { allowed, max_minutes: settings.assistance.max_minutes, hours },
        // Validated when the settings were: never taken.
        Err(_) => Policy::default(),
    }
}

fn clocks(shared: &Shared, signed: Option<DateTime<Utc>>) -> Now {
    let wall = now();
    Now { wall, since_boot: since_boot(), signed, offset: shared.snapshot().offset(wall) }
}
