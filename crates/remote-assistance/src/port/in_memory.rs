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
