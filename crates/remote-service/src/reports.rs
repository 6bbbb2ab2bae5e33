//! What the back office has yet to be told about offers.

use std::collections::BTreeMap;
use std::path::PathBuf;

use back_office::OfferState;
use license_lifecycle::Digest;

use crate::Error;

/// Newest state of each offer that the back office has not acknowledged, durable: a refusal must reach it even when
/// the service dies right after.
#[derive(Debug)]
pub(crate) struct OfferReports {
    path: PathBuf,
    pending: BTreeMap<Digest, OfferState>,
}

impl OfferReports {
    pub(crate) fn open(path: PathBuf) -> Result<Self, Error> {
        let pending = match durable_file::read_limited(&path, 1024 * 1024) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|source| Error::StateFile { path: path.clone(), source: Box::new(source) })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(source) => return Err(Error::StateDir { path, source }),
        };
        Ok(Self { path, pending })
    }

    /// Notes the newest state of an offer; it replaces an older one that was not sent yet.
    pub(crate) fn add(&mut self, offer: Digest, state: OfferState) -> Result<(), Error> {
        if self.pending.get(&offer) == Some(&state) {
            return Ok(());
        }
        self.pending.insert(offer, state);
        self.write()
    }

    pub(crate) fn first(&self) -> Option<(Digest, OfferState)> {
        self.pending.iter().next().map(|(offer, state)| (*offer, state.clone()))
    }

    /// The back office has it. A state noted in the meantime stays.
    pub(crate) fn acknowledged(&mut self, offer: &Digest, state: &OfferState) -> Result<(), Error> {
        if self.pending.get(offer) == Some(state) {
            self.pending.remove(offer);
            return self.write();
        }
        Ok(())
    }

    fn write(&self) -> Result<(), Error> {
        let failed = |source| Error::StateFile { path: self.path.clone(), source };
        let text = serde_json::to_vec(&self.pending).map_err(|source| failed(source.into()))?;
        durable_file::replace(&self.path, &text).map_err(|source| failed(source.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_kept_until_that_very_state_is_acknowledged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("offer-reports.json");
        let offer = Digest::of(b"offer");
        let mut reports = OfferReports::open(path.clone()).unwrap();
        reports.add(offer, OfferState::Delivered).unwrap();
        reports.add(offer, OfferState::InUse).unwrap();
        reports.acknowledged(&offer, &OfferState::Delivered).unwrap();
        let mut again = OfferReports::open(path.clone()).unwrap();
        assert_eq!(again.first(), Some((offer, OfferState::InUse)));
        again.acknowledged(&offer, &OfferState::InUse).unwrap();
        assert_eq!(OfferReports::open(path).unwrap().first(), None);
    }
}
