//! Is the delivered license in use? Asked often for a minute, then now and then.

use std::time::Duration;

use back_office::OfferState;
use license_lifecycle::server::InUse;
use license_lifecycle::{Digest, PICK_UP_TIME};
use tokio::time::Instant;

use super::delivery::report;
use super::peer::Peer;
use crate::custody::Custody;
use crate::event::EventKind;
use crate::shared::Shared;
use crate::time::now;

const NO_LOOK: Duration = Duration::from_secs(24 * 60 * 60);

/// How often the license server is asked.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    /// The first pause after a delivery; each further one is twice as long.
    first: Duration,
    slowest: Duration,
    /// Late, or waiting for a person who copies the file: nobody watches the screen for it.
    late: Duration,
}

impl Pace {
    pub(super) const NEAR: Self = Self {
        first: Duration::from_millis(10),
        slowest: Duration::from_millis(500),
        late: Duration::from_secs(15),
    };
    /// Each look is a log-on.
    #[cfg(feature = "smb")]
    pub(super) const OVER_A_SHARE: Self = Self {
        first: Duration::from_secs(1),
        slowest: Duration::from_secs(4),
        late: Duration::from_secs(60),
    };
}

/// How the watch over one delivery goes on.
pub(super) struct Watch {
    pause: Duration,
    pace: Pace,
    told_late: bool,
}

/// What a look found.
pub(super) enum Sight {
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
    pub(super) fn start(pace: Pace) -> Self {
        Self { pause: pace.first, pace, told_late: false }
    }

    /// When to look again.
    pub(super) fn next_look(&mut self, shared: &Shared, sight: Sight) -> Instant {
        let pause = match sight {
            Sight::Fresh => {
                let pause = self.pause;
                self.pause = (pause * 2).min(self.pace.slowest);
                pause
            }
            Sight::Late(license) => {
                if !std::mem::replace(&mut self.told_late, true) {
                    shared.emit(EventKind::LicenseNotPickedUp { license });
                }
                self.pace.late
            }
            Sight::ByHand => self.pace.late,
            Sight::Settled => NO_LOOK,
        };
        Instant::now() + pause
    }
}

/// Looks once.
pub(super) fn look(shared: &Shared, peer: &mut Peer) -> Sight {
    let Some(status) = &mut peer.status else { return Sight::Settled };
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
                if note(shared, accepted.digest, seen) {
                    return look(shared, peer);
                }
            }
            Err(error) => {
                tracing::debug!(target: "remote_service", %error, "the license server does not say")
            }
        }
        let late = now() - accepted.delivered_at >= PICK_UP_TIME;
        return if late { Sight::Late(accepted.digest) } else { Sight::Fresh };
    }
    if failed.is_empty() || !peer.recognises {
        return Sight::Settled;
    }
    let found: Vec<bool> = failed.into_iter().map(|id| recognise(shared, id, peer)).collect();
    if found.contains(&true) { Sight::Settled } else { Sight::ByHand }
}

/// Whether it is written down; if not, the next look tries again, and nobody is told before.
fn note(shared: &Shared, license: Digest, seen: InUse) -> bool {
    let now = now();
    let delivered_at = shared.change_license(|custody| {
        let delivered_at = custody.in_force().filter(|accepted| accepted.digest == license)?.delivered_at;
        match custody.records.note_in_use(seen, now) {
            Ok(()) => Some(delivered_at),
            Err(error) => {
                tracing::error!(target: "remote_service", %error, "a license in use cannot be recorded");
                None
            }
        }
    });
    if let Some(delivered_at) = delivered_at {
        told(shared, license, seen, now - delivered_at);
    }
    delivered_at.is_some()
}

/// Asks whether a license that we could not deliver is in use all the same, and records it then.
pub(super) fn recognise(shared: &Shared, id: Digest, peer: &mut Peer) -> bool {
    let Some(status) = peer.status.as_mut().filter(|_| peer.recognises) else { return false };
    let custody = shared.custody();
    let previous = custody.in_force().map(|accepted| &accepted.license);
    let Some(license) = custody.outbox.entry(id).map(|entry| entry.as_delivered(previous)) else {
        return false;
    };
    drop(custody);
    // The server is asked without the guard: it may take its time.
    let asked = status.in_use(&license).map_err(license_lifecycle::Error::from);
    let recognised = asked.and_then(|in_use| {
        shared.change_license(|Custody { outbox, records }| {
            license_lifecycle::recognised(outbox, records, id, in_use, now())
        })
    });
    match recognised {
        Ok(Some(_)) => {
            told(shared, id, InUse::Confirmed, chrono::TimeDelta::zero());
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
