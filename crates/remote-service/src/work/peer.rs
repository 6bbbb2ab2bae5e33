//! The license server as the settings name it: where licenses go, and who says which one is in use.

use license_lifecycle::server::{
    ByHand, EmptiedInbox, Folder, HttpStatus, LicenseServer, Lmstat, ServerStatus,
};

#[cfg(feature = "smb")]
use super::share::Share;
use super::watch::Pace;
use crate::Settings;
use crate::settings::{LicenseServerKind, StatusKind};
use crate::shared::Secrets;

/// Both sides of a license server. Nothing is reached before it is used; new settings and secrets bring a new `Peer`.
pub(crate) struct Peer {
    pub(crate) server: Box<dyn LicenseServer>,
    /// `None`: nobody tells.
    pub(super) status: Option<Box<dyn ServerStatus>>,
    /// Whether the status tells of licenses, too, that somebody else brought: of an inbox that is empty nobody knows why.
    pub(super) recognises: bool,
    pub(super) pace: Pace,
}

impl Peer {
    pub(crate) fn of(settings: &Settings, secrets: &Secrets) -> Self {
        let license = &settings.license;
        match (license.server, &license.folder) {
            (LicenseServerKind::Folder, Some(folder)) => {
                let server = Folder::new(folder).with_envelope(license.delivers_envelope());
                Self::with(settings, Box::new(server), Some(Box::new(EmptiedInbox::new(folder))), Pace::NEAR)
            }
            (LicenseServerKind::Smb, _) => Self::over_a_share(settings, secrets),
            _ => Self::with(settings, Box::new(ByHand), None, Pace::NEAR),
        }
    }

    #[cfg(feature = "smb")]
    fn over_a_share(settings: &Settings, secrets: &Secrets) -> Self {
        match Share::of(settings, secrets) {
            Some(share) => {
                Self::with(settings, Box::new(share.clone()), Some(Box::new(share)), Pace::OVER_A_SHARE)
            }
            None => Self::with(settings, Box::new(ByHand), None, Pace::NEAR),
        }
    }

    /// Settings that name a share are refused by this build.
    #[cfg(not(feature = "smb"))]
    fn over_a_share(settings: &Settings, _: &Secrets) -> Self {
        Self::with(settings, Box::new(ByHand), None, Pace::NEAR)
    }

    fn with(
        settings: &Settings,
        server: Box<dyn LicenseServer>,
        inbox: Option<Box<dyn ServerStatus>>,
        pace: Pace,
    ) -> Self {
        let (status, recognises): (Option<Box<dyn ServerStatus>>, _) =
            match (settings.license.status, &settings.license.status_address) {
                (StatusKind::Http, Some(address)) => (Some(Box::new(HttpStatus::new(address))), true),
                (StatusKind::Lmstat, Some(address)) => {
                    let lmstat = Lmstat::new(address);
                    let lmstat = match inbox {
                        Some(inbox) => lmstat.inbox(inbox),
                        None => lmstat,
                    };
                    (Some(Box::new(lmstat)), true)
                }
                _ => (inbox, false),
            };
        Self { server, status, recognises, pace }
    }
}
