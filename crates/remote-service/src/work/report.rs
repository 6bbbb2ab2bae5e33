//! Tells the back office what became of its offers, and what could be used here.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use back_office::retry::{Again, Failures, judge};
use back_office::{Availability, Client, Error, Presence};

use crate::random;
use crate::shared::Shared;
use crate::time::now;

/// How long the remote desktop program is waited for: a help-desk page waits for the answer.
const PROMPT: Duration = Duration::from_millis(200);
/// How often it is looked what could be offered, while nothing else is to be told: somebody may have installed the
/// remote desktop program.
const LOOK: Duration = Duration::from_secs(60);

/// Reports while there is a back office to report to.
pub(crate) async fn run(shared: Arc<Shared>) {
    while_in_touch(shared, keep_reporting).await;
}

/// Works with the back office for as long as it can be spoken to, again and again.
pub(super) async fn while_in_touch<F: Future<Output = Infallible>>(
    shared: Arc<Shared>,
    work: impl Fn(Arc<Shared>, Arc<Client>) -> F,
) {
    let mut office = shared.office.subscribe();
    loop {
        let client = office.borrow_and_update().clone();
        let changed = match client {
            None => office.changed().await,
            Some(client) => tokio::select! {
                changed = office.changed() => changed,
                never = work(shared.clone(), client) => match never {},
            },
        };
        if changed.is_err() {
            return;
        }
    }
}

async fn keep_reporting(shared: Arc<Shared>, client: Arc<Client>) -> Infallible {
    let mut told = None;
    loop {
        let presence = presence(&shared).await;
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
        tokio::select! {
            () = shared.nudges.reports.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Calls until it works, or until the back office says that it never will: `None`.
pub(super) async fn insist<T, F: Future<Output = Result<T, Error>>>(call: impl Fn() -> F) -> Option<T> {
    let mut failures = Failures::default();
    loop {
        let error = match call().await {
            Ok(answer) => return Some(answer),
            Err(error) => error,
        };
        match judge(&error) {
            Again::Later { extra } => {
                tokio::time::sleep(failures.failed(Duration::ZERO, random()) + extra).await;
            }
            Again::ProxyLogin => tokio::time::sleep(back_office::retry::LONGEST).await,
            Again::Never => {
                tracing::warn!(target: "remote_service", %error, "the back office does not take a report");
                return None;
            }
        }
    }
}

/// What the help desk sees of us.
async fn presence(shared: &Shared) -> Presence {
    let remote_assistance = availability(shared).await;
    let snapshot = shared.snapshot();
    Presence {
        product_version: shared.product.version().to_string(),
        license_sequence: snapshot.license.in_force.as_ref().and_then(|accepted| accepted.license.sequence),
        remote_assistance,
    }
}

/// What the help desk could use now. While the program is busy, what it could offer when it was last asked.
pub(super) async fn availability(shared: &Shared) -> Availability {
    let asked = tokio::time::timeout(PROMPT, shared.gatehouse.availability()).await;
    let view = shared.snapshot().assistance.clone();
    let found = asked.ok().and_then(Result::ok).unwrap_or(view.availability);
    Availability { allowed: view.allowed, remote_desktop: found.remote_desktop, vpn: found.vpn }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use back_office::Problem;

    use super::*;

    fn refused(status: u16) -> Error {
        let problem = Box::new(Problem::new(status, "code", "title"));
        let signed_time = chrono::DateTime::UNIX_EPOCH;
        Error::Refused { status, problem, retry_after: None, signed_time }
    }

    #[tokio::test]
    async fn a_report_survives_a_key_that_changes_meanwhile_and_no_other_refusal() {
        for (status, outcome, calls) in [(401, Some(()), 2), (422, None, 1)] {
            let made = Cell::new(0);
            let call = async || {
                made.set(made.get() + 1);
                if made.get() == 1 { Err(refused(status)) } else { Ok(()) }
            };
            assert_eq!((insist(call).await, made.get()), (outcome, calls), "{status}");
        }
    }
}
