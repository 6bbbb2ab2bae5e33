use std::sync::Arc;

use license_lifecycle::server::{ServerError, ServerErrorKind};

use super::Log;
use crate::chain;
use crate::settings::{LicenseServerKind, Settings};
use crate::shared::{Secrets, Shared, blocking};
use crate::work::peer::Peer;

/// Reads, writes, modifies and deletes a file of ours where licenses go, as the identity that will do so.
pub(super) async fn test(shared: &Arc<Shared>, settings: Settings, secrets: Secrets, log: &mut Log) {
    if settings.license.server == LicenseServerKind::ByHand {
        return log.passed("share", "licenses are copied by hand");
    }
    let checked = blocking(shared, move |_| {
        let mut server = Peer::of(&settings, &secrets).server;
        let place = server.describe();
        (place, server.check())
    });
    match checked.await {
        Ok((place, Ok(()))) => log.passed("share", format!("{place}: read, write, modify and delete")),
        Ok((place, Err(error))) => {
            let advice = advice(&error);
            log.failed("share", format!("{place}: {}", chain(&error)), advice);
        }
        Err(error) => log.failed("share", chain(&error), "Try again."),
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
