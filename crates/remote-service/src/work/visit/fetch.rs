use back_office::{Client, Error as OfficeError, OfferState, OfferedLicense};
use license_lifecycle::Digest;

use super::Visit;
use crate::Error;
use crate::custody::Verdict;
use crate::event::EventKind;
use crate::shared::{Shared, blocking};
use crate::time::now;

impl Visit<'_> {
    /// Fetches the license on offer, judges it, and keeps it or says why not: all of it durable before it returns.
    pub(super) async fn fetch(&mut self, client: &Client) -> Result<(), FetchError> {
        let have = self.shared.snapshot().license.have();
        let offered = client.license(have.as_ref(), now()).await?;
        self.answered();
        if let Some(offered) = offered {
            blocking(self.shared, move |shared| judge(shared, &offered)).await??;
        }
        Ok(())
    }
}

/// Why an offer could not be fetched or kept; it stays due.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("the license on offer cannot be fetched")]
    Office(#[from] OfficeError),
    #[error("the license on offer cannot be kept")]
    Here(#[from] Error),
}

fn judge(shared: &Shared, offered: &OfferedLicense) -> Result<(), Error> {
    let offer = offered.offer;
    shared.emit(EventKind::LicenseDownloaded { offer });
    let verdict = shared.change_license(|custody| {
        if let Some(reset) = &offered.reset {
            custody.reset(&reset.to_bytes(), &shared.terms())?;
        }
        custody.consider(&offered.manifest.to_bytes(), &offered.file, &shared.terms())
    });
    tell(shared, offer, verdict?)
}

/// Says what became of an offer: events for those who watch, a durable report for the back office.
fn tell(shared: &Shared, offer: Digest, verdict: Verdict) -> Result<(), Error> {
    match verdict {
        Verdict::Known => {}
        Verdict::Accepted { license, changes } => shared.accepted(license, changes),
        Verdict::Refused(why) => {
            shared.emit(EventKind::LicenseRefused { offer, code: why.code() });
            shared.reports().add(offer, OfferState::Refused { reason: why.code().to_owned() })?;
            shared.nudges.reports.notify_one();
        }
    }
    Ok(())
}
