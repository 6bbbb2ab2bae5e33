//! What the back office has yet to be told about offers.

use std::collections::BTreeMap;
use std::path::PathBuf;

use back_office::OfferState;
use license_lifecycle::Digest;

use crate::{Error, state_file};

const LIMIT: u64 = 1024 * 1024;

/// Newest state of each offer that the back office has not acknowledged, durable: a refusal must reach it even when
/// the service dies right after.
#[derive(Debug)]
pub(crate) struct OfferReports {
    path: PathBuf,
    pending: BTreeMap<Digest, OfferState>,
}

impl OfferReports {
    pub(crate) fn open(path: PathBuf) -> Result<Self, Error> {
        let pending = state_file::read_json(&path, LIMIT)?.unwrap_or_default();
        Ok(Self { path, pending })
    }

    /// Notes the newest state of an offer; it replaces an older one that was not sent yet.
    pub(crate) fn add(&mut self, offer: Digest, state: OfferState) -> Result<(), Error> {
        if self.pending.get(&offer) == Some(&state) {
            return Ok(());
        }
        self.pending.insert(offer, state);
        state_file::write_json(&self.path, &self.pending)
    }

    pub(crate) fn first(&self) -> Option<(Digest, OfferState)> {
        self.pending.iter().next().map(|(offer, state)| (*offer, state.clone()))
    }

    /// The back office has it. A state noted in the meantime stays.
    pub(crate) fn acknowledged(&mut self, offer: &Digest, state: &OfferState) -> Result<(), Error> {
        if self.pending.get(offer) == Some(state) {
            self.pending.remove(offer);
            return state_file::write_json(&self.path, &self.pending);
        }
        Ok(())
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
