//! Tells the back office what became of its requests for assistance, and hands in the audit.

use std::convert::Infallible;
use std::sync::Arc;

use back_office::{AuditBatch, Client};

use super::report::{insist, while_in_touch};
use crate::gatehouse::{Pending, Told};
use crate::shared::Shared;
use crate::time::now;

/// Reports while there is a back office to report to.
pub(crate) async fn run(shared: Arc<Shared>) {
    while_in_touch(shared, keep_reporting).await;
}

/// Decisions first: somebody at the help desk waits for them.
async fn keep_reporting(shared: Arc<Shared>, client: Arc<Client>) -> Infallible {
    loop {
        tell(&shared, &client).await;
        hand_in(&shared, &client).await;
        shared.nudges.assistance.notified().await;
    }
}

async fn tell(shared: &Shared, client: &Client) {
    loop {
        // The guard must not live across the call.
        let Some(report) = shared.assistance_reports().first() else { return };
        let Pending { request_id, report: told } = &report;
        let id = request_id.to_string();
        match told {
            Told::Decision(decision) => drop(insist(|| client.report_decision(&id, decision, now())).await),
            Told::Session(session) => drop(insist(|| client.report_session(&id, session, now())).await),
        }
        if let Err(error) = shared.assistance_reports().acknowledged(&report) {
            tracing::warn!(target: "remote_service", %error, "an acknowledgement cannot be written down");
            return;
        }
    }
}

/// Sends the records that the back office does not have yet, until it has them all or takes no more.
async fn hand_in(shared: &Shared, client: &Client) {
    loop {
        let batch = match shared.gatehouse.unacknowledged().await {
            Ok(Some(batch)) => batch,
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(target: "remote_service", %error, "the audit cannot be handed in");
                return;
            }
        };
        let batch = AuditBatch::fill(batch.after, batch.records, batch.head);
        let Some(answer) = insist(|| client.send_audit(&batch, now())).await else { return };
        if answer.acknowledged == batch.after {
            tracing::warn!(target: "remote_service", "the back office acknowledges none of the audit");
            return;
        }
        shared.gatehouse.acknowledged(answer.acknowledged);
    }
}
