//! Tells the back office what became of its offers, and what could be used here.

use std::convert::Infallible;
use std::sync::Arc;

use back_office::retry::{Again, Failures, judge};
use back_office::{Availability, Client, Error, Presence};

use crate::random;
use crate::shared::Shared;
use crate::time::now;

/// Reports while there is a back office to report to.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut office = shared.office.subscribe();
    loop {
        let client = office.borrow_and_update().clone();
        let changed = match client {
            None => office.changed().await,
            Some(client) => tokio::select! {
                changed = office.changed() => changed,
                never = keep_reporting(&shared, &client) => match never {},
            },
        };
        if changed.is_err() {
            return;
        }
    }
}

async fn keep_reporting(shared: &Shared, client: &Client) -> Infallible {
    let mut told = None;
    loop {
        let presence = presence(shared);
        if told.as_ref() != Some(&presence) {
            insist(|| client.report_presence(&presence, now())).await;
            told = Some(presence);
        }
        loop {
            // The guard must not live across the call.
            let Some((offer, state)) = shared.reports().first() else { break };
            insist(|| client.report_offer(&offer, &state, now())).await;
            if let Err(error) = shared.reports().acknowledged(&offer, &state) {
                tracing::warn!(target: "remote_service", %error, "an acknowledgement cannot be written down");
                break;
            }
        }
        shared.nudges.reports.notified().await;
    }
}

/// Calls until it works, or until the back office says that it never will.
async fn insist<T, F: Future<Output = Result<T, Error>>>(call: impl Fn() -> F) {
    let mut failures = Failures::default();
    while let Err(error) = call().await {
        match judge(&error) {
            Again::Later { extra } => {
                tokio::time::sleep(failures.failed(std::time::Duration::ZERO, random()) + extra).await;
            }
            Again::ProxyLogin => tokio::time::sleep(back_office::retry::LONGEST).await,
            Again::Never => {
                tracing::warn!(target: "remote_service", %error, "the back office does not take a report");
                return;
            }
        }
    }
}

/// What the help desk sees of us.
fn presence(shared: &Shared) -> Presence {
    let snapshot = shared.snapshot();
    Presence {
        product_version: shared.product.version().to_string(),
        license_sequence: snapshot.license.in_force.as_ref().and_then(|accepted| accepted.license.sequence),
        remote_assistance: availability(shared),
    }
}

/// What the help desk could use now.
pub(super) fn availability(shared: &Shared) -> Availability {
    Availability { allowed: shared.settings().assistance.allowed, remote_desktop: false, vpn: false }
}
