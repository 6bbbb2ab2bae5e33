//! What carries a session out: the remote desktop program on its thread, the provider beside.

use std::sync::Arc;
use std::time::Duration;

use remote_assistance::{
    Availability, BrokerError, ClientThread, Consent, Input, Session, SessionBroker, SessionLink,
};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::{Gatehouse, RemoteDesktop};

/// How long the provider may take to open a session, or to close one.
const PROVIDER: Duration = Duration::from_secs(30);

/// Nothing here waits: what became of an order is an order to the gatehouse.
pub(super) struct Desktop {
    parts: Option<(ClientThread, Arc<dyn SessionBroker>)>,
    gatehouse: Gatehouse,
    runtime: Handle,
    /// Dropped when the last call to the provider is over.
    closing: mpsc::Sender<()>,
}

impl Desktop {
    /// Starts the thread for the program, where there is one.
    pub(super) fn start(
        desktop: Option<RemoteDesktop>,
        gatehouse: Gatehouse,
        runtime: Handle,
        closing: mpsc::Sender<()>,
    ) -> Self {
        let spawned = desktop.and_then(|RemoteDesktop { client, broker }| {
            let gatehouse = gatehouse.clone();
            match ClientThread::spawn(client, move |input| gatehouse.note(input)) {
                Ok(client) => Some((client, broker)),
                Err(error) => {
                    tracing::error!(target: "remote_service", %error, "no thread for the remote desktop program");
                    None
                }
            }
        });
        Self { parts: spawned, gatehouse, runtime, closing }
    }

    pub(super) const fn is_there(&self) -> bool {
        self.parts.is_some()
    }

    pub(super) fn open(&self, consent: Consent) {
        let (request, gatehouse) = (consent.request_id(), self.gatehouse.clone());
        let Some((_, broker)) = &self.parts else { return gatehouse.note(Input::OpenFailed { request }) };
        let broker = broker.clone();
        self.runtime.spawn(async move {
            let link = in_time("the provider opens no session", broker.open(&consent)).await;
            gatehouse.note(match link {
                Some(link) => Input::Opened { request, link },
                None => Input::OpenFailed { request },
            });
        });
    }

    pub(super) fn close(&self, link: SessionLink) {
        let Some((_, broker)) = &self.parts else { return };
        let (broker, closing) = (broker.clone(), self.closing.clone());
        self.runtime.spawn(async move {
            in_time("the provider was not told of an end", broker.close(&link)).await;
            drop(closing);
        });
    }

    pub(super) fn run(&self, session: Session) {
        match &self.parts {
            Some((client, _)) => client.start(session),
            None => self.gatehouse.note(Input::StartFailed { request: session.consent().request_id() }),
        }
    }

    /// Without a program for it there is nothing of ours to stop; it is asked for again, and shown.
    pub(super) fn stop(&self, session: Session) {
        match &self.parts {
            Some((client, _)) => client.stop(session),
            None => self.gatehouse.note(Input::StopFailed { request: session.consent().request_id() }),
        }
    }

    pub(super) fn availability(&self, answer: oneshot::Sender<Availability>) {
        let gatehouse = self.gatehouse.clone();
        match &self.parts {
            Some((client, _)) => client.availability(move |found| {
                // Who asked may have gone.
                let _ = answer.send(found);
                gatehouse.found(found);
            }),
            None => drop(answer.send(Availability::default())),
        }
    }
}

/// What a call to the provider brings; `otherwise` goes to the log when it brings nothing.
async fn in_time<T>(
    otherwise: &'static str,
    call: impl Future<Output = Result<T, BrokerError>>,
) -> Option<T> {
    match tokio::time::timeout(PROVIDER, call).await {
        Ok(Ok(answer)) => return Some(answer),
        Ok(Err(error)) => {
            tracing::warn!(target: "remote_service", error = crate::chain(&error), code = error.code(), "{otherwise}");
        }
        Err(_) => tracing::warn!(target: "remote_service", "{otherwise}: it does not answer"),
    }
    None
}
