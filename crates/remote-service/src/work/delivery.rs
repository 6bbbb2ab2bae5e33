//! Brings licenses from the outbox to the license server.

use std::sync::Arc;
use std::time::Duration;

use back_office::OfferState;
use license_lifecycle::{Delivered, Delivery, Digest, Error as LicenseError};
use tokio::time::{Instant, sleep_until};

use super::peer::Peer;
use super::watch::{self, Watch};
use crate::custody::Custody;
use crate::event::EventKind;
use crate::shared::{Shared, blocking};
use crate::time::now;

/// Delivers what is due and watches what was delivered, until the service stops.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut settings = shared.settings.subscribe();
    let mut peer = Peer::of(&settings.borrow_and_update(), &shared.secrets);
    let mut watch = Watch::start(peer.pace);
    loop {
        let work = move |shared: &Shared| {
            deliver_due(shared, &mut peer);
            let sight = watch::look(shared, &mut peer);
            (peer, sight)
        };
        let sight = match blocking(&shared, work).await {
            Ok((back, sight)) => {
                peer = back;
                sight
            }
            Err(error) => {
                tracing::debug!(target: "remote_service", %error, "deliveries end");
                return;
            }
        };
        let look_again = watch.next_look(&shared, sight);
        tokio::select! {
            () = shared.nudges.delivery.notified() => watch = Watch::start(peer.pace),
            changed = settings.changed() => {
                if changed.is_err() {
                    return;
                }
                again(&shared).await;
                peer = Peer::of(&settings.borrow_and_update(), &shared.secrets);
                watch = Watch::start(peer.pace);
            }
            () = sleep_until(look_again) => {}
            () = until_due(&shared) => {}
        }
    }
}

fn deliver_due(shared: &Shared, peer: &mut Peer) {
    let due = shared.custody().outbox.due(now());
    for id in due {
        deliver(shared, peer, id);
    }
}

fn deliver(shared: &Shared, peer: &mut Peer, id: Digest) {
    if outcome_unknown(shared, id) && watch::recognise(shared, id, peer) {
        return;
    }
    let outcome = hand_over(shared, peer, id);
    match outcome {
        Ok(delivered) => {
            let place = delivered.receipt.map(|receipt| receipt.place).unwrap_or_default();
            shared.emit(EventKind::LicenseDelivered { license: id, place });
            report(shared, id, OfferState::Delivered);
            shared.nudges.visit.notify_one();
        }
        Err(LicenseError::Deliver { source: error }) => {
            shared.emit(EventKind::DeliveryFailed {
                license: id,
                server: peer.server.describe(),
                kind: error.kind,
            });
            report(shared, id, OfferState::DeliveryFailed { reason: error.kind.code().to_owned() });
        }
        Err(LicenseError::Superseded(_)) => {}
        Err(error) => {
            tracing::error!(target: "remote_service", %error, license = %id, "a delivery cannot be made")
        }
    }
}

/// Whether the license may be there already: the answer to its last delivery was lost.
fn outcome_unknown(shared: &Shared, id: Digest) -> bool {
    let custody = shared.custody();
    let failure = custody.outbox.entry(id).and_then(|entry| entry.failure.as_ref());
    failure.is_some_and(|failure| failure.outcome_unknown)
}

/// Nobody waits for the custody while the server takes its time.
fn hand_over(shared: &Shared, peer: &mut Peer, id: Digest) -> Result<Delivered, LicenseError> {
    let begun = shared.change_license(|Custody { outbox, records }| {
        Delivery::begin(outbox, records, id, peer.server.describe(), now())
    });
    let delivery = begun?;
    let answer = delivery.hand_over(&mut *peer.server);
    shared.change_license(|Custody { outbox, records }| delivery.end(outbox, records, answer, now()))
}

pub(super) fn report(shared: &Shared, offer: Digest, state: OfferState) {
    if let Err(error) = shared.reports().add(offer, state) {
        tracing::error!(target: "remote_service", %error, "a report cannot be written down");
    }
    shared.nudges.reports.notify_one();
}

/// New settings: whatever failed may work now.
async fn again(shared: &Arc<Shared>) {
    let asked = |shared: &Shared| shared.change_license(|custody| custody.outbox.try_all_again());
    if let Ok(Err(error)) = blocking(shared, asked).await {
        tracing::error!(target: "remote_service", %error, "the outbox cannot be changed");
    }
}

async fn until_due(shared: &Arc<Shared>) {
    let next = blocking(shared, |shared| shared.custody().outbox.next_due()).await;
    match next {
        Ok(Some(due)) => {
            // At least a second: an entry whose state cannot be written must not be tried without a pause.
            let wait = (due - now()).to_std().unwrap_or_default().max(Duration::from_secs(1));
            sleep_until(Instant::now() + wait).await;
        }
        _ => std::future::pending().await,
    }
}
