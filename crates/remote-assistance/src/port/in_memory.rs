use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{
    Answer, Availability, ClientProcess, Consent, Error, LocalClient, RequestId, Session, SessionBroker,
    SessionCode, SessionLink,
};

/// A [`LocalClient`] without any program: for demos and tests. Clones share what runs.
#[derive(Clone, Debug, Default)]
pub struct InMemoryClient {
    availability: Availability,
    running: Arc<Mutex<BTreeSet<RequestId>>>,
}

impl InMemoryClient {
    /// A client that offers this, and of which nothing runs.
    pub fn new(availability: Availability) -> Self {
        Self { availability, running: Arc::default() }
    }

    /// What runs.
    pub fn running(&self) -> BTreeSet<RequestId> {
        lock(&self.running).clone()
    }

    /// The program ends by itself.
    pub fn close(&self, request: RequestId) {
        lock(&self.running).remove(&request);
    }
}

impl LocalClient for InMemoryClient {
    fn availability(&self) -> Availability {
        self.availability
    }

    fn start(&mut self, session: &Session) -> Result<Option<ClientProcess>, Error> {
        lock(&self.running).insert(session.consent().request_id());
        Ok(None)
    }

    fn stop(&mut self, session: &Session) -> Result<(), Error> {
        self.close(session.consent().request_id());
        Ok(())
    }

    fn is_running(&mut self, session: &Session) -> bool {
        lock(&self.running).contains(&session.consent().request_id())
    }
}

/// A [`SessionBroker`] without any cloud: for demos and tests. Clones share what is open.
#[derive(Clone, Debug, Default)]
pub struct InMemoryBroker {
    open: Arc<Mutex<BTreeSet<SessionCode>>>,
}

impl InMemoryBroker {
    /// The sessions that are open.
    pub fn open_sessions(&self) -> BTreeSet<SessionCode> {
        lock(&self.open).clone()
    }
}

impl SessionBroker for InMemoryBroker {
    fn open<'a>(&'a self, consent: &'a Consent) -> Answer<'a, SessionLink> {
        let code = SessionCode::new(&consent.request_id().to_string());
        let link = code.map(|code| SessionLink {
            end_customer_link: format!("https://session.invalid/customer/{code}"),
            supporter_link: format!("https://session.invalid/supporter/{code}"),
            code,
        });
        if let Ok(link) = &link {
            lock(&self.open).insert(link.code.clone());
        }
        Box::pin(async { link.map_err(|source| crate::BrokerError::Malformed(Some(source.into()))) })
    }

    fn close<'a>(&'a self, link: &'a SessionLink) -> Answer<'a, ()> {
        lock(&self.open).remove(&link.code);
        Box::pin(async { Ok(()) })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract;

    #[tokio::test]
    async fn both_sides_keep_the_promises_of_their_ports() {
        let request = RequestId::from_bytes([1; 16]);
        let broker = InMemoryBroker::default();
        contract::check_broker(&broker).await.unwrap();
        assert!(broker.open_sessions().is_empty());

        let link = broker.open(&contract::consent(request).unwrap()).await.unwrap();
        assert_eq!(broker.open_sessions(), [link.code.clone()].into());
        let mut client = InMemoryClient::new(Availability { remote_desktop: true, vpn: true });
        contract::check_client(&mut client, request, link).unwrap();
        assert!(client.running().is_empty());
    }

    #[test]
    fn a_client_that_offers_nothing_breaks_a_promise() {
        let request = RequestId::from_bytes([1; 16]);
        let link = contract::Rehearsal::link(request).unwrap();
        let broken = contract::check_client(&mut InMemoryClient::default(), request, link).unwrap_err();
        assert_eq!(broken.promise, "a working client offers a remote desktop");
    }
}
