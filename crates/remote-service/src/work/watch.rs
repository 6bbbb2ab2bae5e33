//! Is the delivered license in use? Asked often for a minute, then now and then.

use std::sync::Arc;
use std::time::Duration;

use back_office::OfferState;
use license_lifecycle::server::{EmptiedInbox, HttpStatus, InUse, Lmstat, ServerStatus};
use license_lifecycle::{Digest, Outbox, PICK_UP_TIME, Records};
use tokio::time::Instant;

use super::delivery::report;
use crate::event::EventKind;
use crate::settings::{LicenseSettings, StatusKind};
use crate::shared::{Shared, blocking};
use crate::time::now;

const FIRST_LOOK: Duration = Duration::from_millis(10);
const SLOWEST_EARLY_LOOK: Duration = Duration::from_millis(500);
/// Late, or waiting for a person who copies the file: nobody watches the screen for it.
const LATE_LOOK: Duration = Duration::from_secs(15);
const NO_LOOK: Duration = Duration::from_secs(24 * 60 * 60);

/// How the watch over one delivery goes on.
pub(super) struct Watch {
    pause: Duration,
    told_late: bool,
}

/// What a look found.
enum Sight {
    /// Nobody waits for anything.
    Settled,
    /// Delivered within the last minute, not seen yet.
    Fresh,
    /// Delivered earlier, not seen yet.
    Late(Digest),
    /// Not delivered; a person may copy the file.
    ByHand,
}

impl Watch {
    pub(super) fn start() -> Self {
        Self { pause: FIRST_LOOK, told_late: false }
    }

    /// Looks once, and says when to look again.
    pub(super) async fn look(&mut self, shared: &Arc<Shared>) -> Instant {
        let settings = shared.settings().license.clone();
        let sight = blocking(shared, move |shared| look(shared, &settings)).await;
        let pause = match sight {
            Ok(Sight::Fresh) => {
                let pause = self.pause;
                self.pause = (pause * 2).min(SLOWEST_EARLY_LOOK);
                pause
            }
            Ok(Sight::Late(license)) => {
                if !std::mem::replace(&mut self.told_late, true) {
                    shared.emit(EventKind::LicenseNotPickedUp { license });
                }
                LATE_LOOK
            }
            Ok(Sight::ByHand) => LATE_LOOK,
            Ok(Sight::Settled) | Err(_) => NO_LOOK,
        };
        Instant::now() + pause
    }
}

/// The status that the settings name.
fn status(settings: &LicenseSettings) -> Option<Box<dyn ServerStatus>> {
    match (settings.status, &settings.status_address) {
        (StatusKind::Http, Some(address)) => Some(Box::new(HttpStatus::new(address))),
        (StatusKind::Lmstat, Some(address)) => Some(Box::new(Lmstat::new(address))),
        _ => settings.folder.as_ref().map(|folder| Box::new(EmptiedInbox::new(folder)) as _),
    }
}

fn look(shared: &Shared, settings: &LicenseSettings) -> Sight {
    let Some(mut status) = status(settings) else { return Sight::Settled };
    let custody = shared.custody();
    let awaited = custody.in_force().filter(|_| custody.records.seen().is_none()).cloned();
    let delivered = custody.records.delivered();
    let failed: Vec<Digest> =
        custody.outbox.entries().iter().filter(|e| e.is_live()).map(|e| e.digest).collect();
    drop(custody);
    if let (Some(accepted), Some(delivered)) = (awaited, delivered) {
        // The server is asked without the guard: it may take its time.
        match status.in_use(&delivered) {
            Ok(InUse::NotYet) => {}
            Ok(seen) => {
                note(shared, accepted.digest, seen);
                return look(shared, settings);
            }
            Err(error) => {
                tracing::debug!(target: "remote_service", %error, "the license server does not say")
            }
        }
        let late = now() - accepted.delivered_at >= PICK_UP_TIME;
        return if late { Sight::Late(accepted.digest) } else { Sight::Fresh };
    }
    if failed.is_empty() {
        return Sight::Settled;
    }
    let mut custody = shared.custody();
    let crate::custody::Custody { outbox, records } = &mut *custody;
    let found: Vec<bool> =
        failed.into_iter().map(|id| recognise(shared, outbox, records, id, settings)).collect();
    shared.show_license(&custody);
    if found.contains(&true) { Sight::Settled } else { Sight::ByHand }
}

fn note(shared: &Shared, license: Digest, seen: InUse) {
    let now = now();
    let mut custody = shared.custody();
    let Some(accepted) = custody.in_force().filter(|accepted| accepted.digest == license).cloned() else {
        return;
    };
    if let Err(error) = custody.records.note_in_use(seen, now) {
        tracing::error!(target: "remote_service", %error, "a license in use cannot be recorded");
    }
    shared.show_license(&custody);
    drop(custody);
    told(shared, license, seen, now - accepted.delivered_at);
}

/// Asks whether a license that we could not deliver is in use all the same, and records it then.
pub(super) fn recognise(
    shared: &Shared,
    outbox: &mut Outbox,
    records: &mut Records,
    id: Digest,
    settings: &LicenseSettings,
) -> bool {
    let Some(mut status) = status(settings) else { return false };
    match license_lifecycle::recognise(outbox, records, id, &mut *status, now()) {
        Ok(Some(_)) => {
            let seen = records.seen().is_some_and(|seen| seen.confirmed);
            told(
                shared,
                id,
                if seen { InUse::Confirmed } else { InUse::PickedUp },
                chrono::TimeDelta::zero(),
            );
            true
        }
        Ok(None) => false,
        Err(error) => {
            tracing::debug!(target: "remote_service", %error, "the license server does not say");
            false
        }
    }
}

fn told(shared: &Shared, license: Digest, seen: InUse, after: chrono::TimeDelta) {
    let confirmed = seen == InUse::Confirmed;
    shared.emit(EventKind::LicenseInUse { license, after, confirmed });
    report(shared, license, if confirmed { OfferState::InUse } else { OfferState::PickedUp });
}
