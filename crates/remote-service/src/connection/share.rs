use std::sync::Arc;

use license_lifecycle::server::{ServerError, ServerErrorKind, Step};
use tokio::sync::mpsc;

use super::Log;
use crate::chain;
use crate::settings::{LicenseServerKind, Settings};
use crate::shared::{Secrets, Shared, blocking};
use crate::work::peer::Peer;

/// The stages, in the order in which they are passed: the folder is reached, then each right is used.
const STAGES: [&str; 5] = ["share_connect", "share_write", "share_read", "share_modify", "share_delete"];

/// Writes, reads, modifies and deletes a file of ours where licenses go, as the identity that will do so.
pub(super) async fn test(shared: &Arc<Shared>, settings: Settings, secrets: Secrets, log: &mut Log) {
    if settings.license.server == LicenseServerKind::ByHand {
        return log.passed("share", "licenses are copied by hand");
    }
    let mut server = Peer::of(&settings, &secrets).server;
    let place = server.describe();
    let (tell, mut told) = mpsc::unbounded_channel();
    let checked = blocking(shared, move |_| {
        server.check_watched(&mut |step| {
            let _ = tell.send(stage(step)); // whoever waits for it may be gone
        })
    });
    let watched = async {
        let mut left = &STAGES[..];
        while let Some(passed) = told.recv().await {
            log.passed(passed, detail(passed, &place));
            left = behind(left, passed);
        }
        left
    };
    let (checked, left) = tokio::join!(checked, watched);
    match checked {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            let failed = failed_stage(&error);
            // What must have gone well to come that far.
            let passed = left.iter().position(|stage| *stage == failed).unwrap_or_default();
            left[..passed].iter().for_each(|stage| log.passed(stage, detail(stage, &place)));
            log.failed(failed, format!("{place}: {}", chain(&error)), advice(&error));
        }
        Err(error) => log.failed(STAGES[0], chain(&error), "Try again."),
    }
}

/// The stages that follow `passed`.
fn behind<'a>(stages: &'a [&'static str], passed: &str) -> &'a [&'static str] {
    stages.iter().position(|stage| *stage == passed).map_or(stages, |at| &stages[at + 1..])
}

/// The stage that a step belongs to.
fn stage(step: Step) -> &'static str {
    match step {
        Step::Write => STAGES[1],
        Step::Read => STAGES[2],
        Step::Replace => STAGES[3],
        Step::Delete => STAGES[4],
        _ => STAGES[0],
    }
}

/// A folder that is not there is found out with the first file that is written.
fn failed_stage(error: &ServerError) -> &'static str {
    match error.kind {
        ServerErrorKind::PathNotFound | ServerErrorKind::ShareNotFound | ServerErrorKind::HostUnreachable => {
            STAGES[0]
        }
        _ => error.during.map_or(STAGES[0], stage),
    }
}

fn detail(stage: &str, place: &str) -> String {
    match stage {
        "share_write" => "a file of ours was written".to_owned(),
        "share_read" => "it was read back".to_owned(),
        "share_modify" => "it was replaced".to_owned(),
        "share_delete" => "it was deleted".to_owned(),
        _ => format!("{place} is there"),
    }
}

fn advice(error: &ServerError) -> String {
    if let Some(right) = error.missing_right() {
        return format!("Give the account the right to {right} in that folder.");
    }
    match error.kind {
        ServerErrorKind::BadCredentials => {
            "Check domain, user name and password of the remote service credentials."
        }
        ServerErrorKind::AccountLocked => "Have the account unlocked, then enter its password again.",
        ServerErrorKind::ShareNotFound => "Check the name of the share.",
        ServerErrorKind::PathNotFound => "Check the folder, or create it.",
        ServerErrorKind::HostUnreachable | ServerErrorKind::Timeout => {
            "Check the name of the license server, and whether a firewall lets this computer reach it."
        }
        ServerErrorKind::DiskFull => "Make room on the license server.",
        ServerErrorKind::InUse => "Close the program that holds the file on the license server.",
        ServerErrorKind::Security => "Have the license server offer signed SMB 3.",
        _ => "Check the folder on the license server.",
    }
    .to_owned()
}
