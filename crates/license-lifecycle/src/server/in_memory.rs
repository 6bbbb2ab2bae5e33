use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use signed_envelope::Digest;

use super::{
    DeliveredLicense, InUse, LicenseFile, LicenseServer, Receipt, ServerError, ServerErrorKind, ServerStatus,
    StatusError, reset_name,
};
use crate::FileName;

/// A license server in memory, for demos and tests. Clones share one inbox.
///
/// It is its own [`ServerStatus`]: a license is in use from the moment that [`activate`](Self::activate) takes it.
#[derive(Clone, Debug, Default)]
pub struct InMemory(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    inbox: BTreeMap<String, Vec<u8>>,
    active: Vec<Digest>,
    failure: Option<ServerErrorKind>,
}

impl InMemory {
    /// A server with an empty inbox.
    pub fn new() -> Self {
        Self::default()
    }

    /// What lies in the inbox, by file name.
    pub fn inbox(&self) -> BTreeMap<String, Vec<u8>> {
        self.state().inbox.clone()
    }

    /// Takes everything out of the inbox and uses it, as a license server would.
    pub fn activate(&self) {
        let mut state = self.state();
        let taken: Vec<Digest> = state.inbox.values().map(|bytes| Digest::of(bytes)).collect();
        state.inbox.clear();
        state.active.extend(taken);
    }

    /// From now on every delivery and check fails like this (`None`: works again). Default: works.
    pub fn fail_with(&self, failure: Option<ServerErrorKind>) {
        self.state().failure = failure;
    }

    /// A panic elsewhere leaves the inbox whole: every change to it is one assignment.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LicenseServer for InMemory {
    fn describe(&self) -> String {
        "license server in memory".to_owned()
    }

    fn deliver(&mut self, license: &LicenseFile) -> Result<Receipt, ServerError> {
        self.check()?;
        let mut state = self.state();
        if let Some(envelope) = &license.envelope {
            state.inbox.insert(license.envelope_name(), envelope.clone());
        }
        state.inbox.insert(license.name.to_string(), license.bytes.clone());
        Ok(Receipt { place: license.name.to_string(), sha256: Digest::of(&license.bytes) })
    }

    fn reset(&mut self, name: &FileName, envelope: &[u8]) -> Result<(), ServerError> {
        self.check()?;
        self.state().inbox.insert(reset_name(name), envelope.to_vec());
        Ok(())
    }

    fn check(&mut self) -> Result<(), ServerError> {
        self.state().failure.map_or(Ok(()), |kind| Err(ServerError::new(kind)))
    }
}

impl ServerStatus for InMemory {
    fn in_use(&mut self, license: &DeliveredLicense) -> Result<InUse, StatusError> {
        let active = self.state().active.contains(&license.sha256);
        Ok(if active { InUse::Confirmed } else { InUse::NotYet })
    }
}

#[cfg(test)]
#[cfg(feature = "contract")]
mod tests {
    use super::*;
    use crate::server::contract;

    #[test]
    fn the_server_in_memory_keeps_the_promises_of_the_port() {
        let mut server = InMemory::new();
        let inbox = server.clone();
        contract::check(&mut server, || inbox.inbox()).unwrap();
        server.fail_with(Some(ServerErrorKind::DiskFull));
        contract::check_failing(&mut server, || inbox.inbox()).unwrap();
    }
}
