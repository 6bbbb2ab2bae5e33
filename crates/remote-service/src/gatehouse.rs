//! Where the gate is operated: one thread that owns it, hears what happens, and carries out what it says.
//!
//! ```text
//! Assistance (pages) ─┐                       ┌─▶ ClientThread   processes on this computer
//! held poll ──────────┼─▶ Order ─▶ Gatekeeper ┼─▶ SessionBroker  the provider's cloud, beside
//! settings ───────────┤      ▲                ├─▶ AssistanceReports, until the back office has them
//! time ───────────────┘      └─ what became   └─▶ Snapshot, Events
//!                               of it
//! ```
//! A thread of its own, because a step writes to the disk, and because ending a session must wait for nobody: neither for
//! the network nor for a runtime that is busy.

mod desktop;
mod handle;
mod keeper;
mod reports;
mod view;

use std::sync::mpsc;

use chrono::{DateTime, Utc};
use remote_assistance::audit::Batch;
use remote_assistance::{Availability, Decline, Input, LocalClient, RequestId, SessionBroker};
use signed_envelope::{KeyRing, SigningKey};
use tokio::sync::oneshot;

use crate::Error;

pub use handle::{Assistance, AuditExport};
pub(crate) use keeper::Keeper;
pub(crate) use reports::{AssistanceReports, Pending, Told};
pub use view::{ActiveSession, AssistanceView, Outcome, PastRequest, PendingRequest};

/// The remote desktop program of this computer, and the provider's cloud.
pub(crate) struct RemoteDesktop {
    pub(crate) client: Box<dyn LocalClient>,
    pub(crate) broker: std::sync::Arc<dyn SessionBroker>,
}

impl std::fmt::Debug for RemoteDesktop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RemoteDesktop(…)")
    }
}

/// What the thread is told.
pub(crate) enum Order {
    /// Something happened. Whoever has to know whether it was carried out, listens.
    Input(Input, Option<oneshot::Sender<Result<(), Decline>>>),
    /// The back office sent a request. Answered when what came of it is durable.
    Asked { request: SignedRequest, done: oneshot::Sender<()> },
    /// Other settings are in force. Answered when what came of it is durable.
    Settings(oneshot::Sender<()>),
    /// The installation has another key. Answered when it signs the audit.
    Key(SigningKey, oneshot::Sender<Result<(), remote_assistance::Error>>),
    /// What could be offered right now?
    Availability(oneshot::Sender<Availability>),
    /// This.
    Available(Availability),
    /// Which records does the back office not have yet?
    Unacknowledged(oneshot::Sender<Result<Option<Batch>, remote_assistance::Error>>),
    /// The back office has this many records.
    Acknowledged(u64),
    /// End what runs and go. Answered by being dropped.
    Stop(oneshot::Sender<()>),
}

/// A request as the held poll brought it.
pub(crate) struct SignedRequest {
    pub(crate) envelope: Vec<u8>,
    /// Whose signature counts.
    pub(crate) keys: KeyRing,
    pub(crate) installation_id: String,
    /// The time that the back office signed with it.
    pub(crate) signed: Option<DateTime<Utc>>,
}

/// The way to the thread.
#[derive(Clone, Debug)]
pub(crate) struct Gatehouse {
    orders: mpsc::Sender<Order>,
}

impl Gatehouse {
    /// The way there, and where it leads.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Order>) {
        let (orders, received) = mpsc::channel();
        (Self { orders }, received)
    }

    /// Something happened; nobody waits for what comes of it.
    pub(crate) fn note(&self, input: Input) {
        drop(self.orders.send(Order::Input(input, None)));
    }

    /// Something happened; returns when what came of it is durable.
    pub(crate) async fn take(&self, input: Input) -> Result<(), Error> {
        let answer = self.ask(|answer| Order::Input(input, Some(answer))).await?;
        answer.map_err(|why| Error::Declined { why })
    }

    /// Other settings are in force; returns when what came of it is durable.
    pub(crate) async fn settings_changed(&self) -> Result<(), Error> {
        self.ask(Order::Settings).await
    }

    /// The installation has another key. What is returned is answered when it signs the audit.
    pub(crate) fn key_changed(
        &self,
        key: SigningKey,
    ) -> oneshot::Receiver<Result<(), remote_assistance::Error>> {
        let (done, signed) = oneshot::channel();
        drop(self.orders.send(Order::Key(key, done)));
        signed
    }

    /// A request came; returns when what came of it is durable.
    pub(crate) async fn asked(&self, request: SignedRequest) -> Result<(), Error> {
        self.ask(|done| Order::Asked { request, done }).await
    }

    /// The requester took a request back. An id in a strange form is none of ours.
    pub(crate) async fn withdrawn(&self, request: &str) -> Result<(), Error> {
        match request.parse::<RequestId>() {
            Ok(request) => self.take(Input::Withdrawn(request)).await,
            Err(_) => Ok(()),
        }
    }

    /// What could be offered right now.
    pub(crate) async fn availability(&self) -> Result<Availability, Error> {
        self.ask(Order::Availability).await
    }

    /// This could be offered just now.
    fn found(&self, availability: Availability) {
        drop(self.orders.send(Order::Available(availability)));
    }

    /// The audit records that the back office does not have yet.
    pub(crate) async fn unacknowledged(&self) -> Result<Option<Batch>, Error> {
        self.ask(Order::Unacknowledged).await?.map_err(|source| Error::Assistance { source })
    }

    /// The back office has this many records.
    pub(crate) fn acknowledged(&self, records: u64) {
        drop(self.orders.send(Order::Acknowledged(records)));
    }

    /// Ends what runs, and then the thread. What is returned is closed when that is done.
    pub(crate) fn stop(&self) -> oneshot::Receiver<()> {
        let (done, gone) = oneshot::channel();
        drop(self.orders.send(Order::Stop(done)));
        gone
    }

    async fn ask<T>(&self, order: impl FnOnce(oneshot::Sender<T>) -> Order) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        self.orders.send(order(answer)).map_err(|_| Error::Stopped)?;
        answered.await.map_err(|_| Error::Stopped)
    }
}
