use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use signed_envelope::Digest;

use crate::{Changes, ClockSetBack, Count, Expiry, FileName, server::ServerErrorKind};

/// Something that people should know: a code, where to show it, and data. Sentences are made by feature `texts`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The license ends within the window, its last day included. Until it is renewed or past.
    LicenseExpiresSoon {
        /// The last full day.
        on: NaiveDate,
        /// Days from today to it; 0 on the last day.
        days: i64,
    },
    /// The license's last day is past. Until it is renewed.
    LicenseExpired {
        /// The last full day.
        on: NaiveDate,
    },
    /// Maintenance ends within the window, its last day included. Until it is renewed or past.
    MaintenanceExpiresSoon {
        /// The last full day.
        on: NaiveDate,
        /// Days from today to it; 0 on the last day.
        days: i64,
    },
    /// The last day of maintenance is past. Until it is renewed.
    MaintenanceExpired {
        /// The last full day.
        on: NaiveDate,
    },
    /// A feature, or some seats of it, ends within the window, its last day included. Until renewed or past.
    FeatureExpiresSoon {
        /// The feature.
        feature: String,
        /// The seats that end.
        count: Count,
        /// The last full day.
        on: NaiveDate,
        /// Days from today to it; 0 on the last day.
        days: i64,
    },
    /// A new license with changes at feature level is in use. Until a user dismisses it.
    LicenseAnnounced {
        /// The license digest: what to dismiss.
        digest: Digest,
        /// Since when it is in use.
        at: DateTime<Utc>,
        /// All that changed, dates included.
        changes: Box<Changes>,
    },
    /// A new license is in use that only extends maintenance (and perhaps the license). History.
    MaintenanceExtended {
        /// Since when.
        at: DateTime<Utc>,
        /// The last day before; `None`: there was no maintenance.
        from: Option<Expiry>,
        /// The last day now.
        to: Option<Expiry>,
    },
    /// A new license is in use that only expires later. History.
    LicenseExtended {
        /// Since when.
        at: DateTime<Utc>,
        /// The last day before.
        from: Expiry,
        /// The last day now.
        to: Expiry,
    },
    /// A license could not be delivered and waits in the outbox. Until it is delivered or seen in use.
    LicenseNotUpdated {
        /// The license digest: the key of the outbox entry.
        digest: Digest,
        /// The license file.
        file: FileName,
        /// The license server, as it describes itself.
        server: String,
        /// What went wrong.
        kind: ServerErrorKind,
    },
    /// A license was delivered but is not in use after [`PICK_UP_TIME`](crate::PICK_UP_TIME). Until it is in use.
    LicenseNotPickedUp {
        /// The license file, where the license names it.
        file: Option<FileName>,
        /// How long ago it was delivered.
        waiting: TimeDelta,
    },
    /// The clock lies behind a signed time. Until it is right again.
    ClockSetBack(ClockSetBack),
    /// The manifest and the license file that it binds say different things. As long as that license is in force.
    ManifestDisagrees,
    /// The license in force is not signed. As long as it is in force.
    LicenseUnsigned,
}

/// Where a notice is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Place {
    /// The product's pages, at each refresh.
    Page,
    /// The login screen.
    Login,
    /// The About box.
    About,
    /// The settings section of the remote service.
    Settings,
}

impl Notice {
    /// The notice's stable name in snake case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::LicenseExpiresSoon { .. } => "license_expires_soon",
            Self::LicenseExpired { .. } => "license_expired",
            Self::MaintenanceExpiresSoon { .. } => "maintenance_expires_soon",
            Self::MaintenanceExpired { .. } => "maintenance_expired",
            Self::FeatureExpiresSoon { .. } => "feature_expires_soon",
            Self::LicenseAnnounced { .. } => "license_announced",
            Self::MaintenanceExtended { .. } => "maintenance_extended",
            Self::LicenseExtended { .. } => "license_extended",
            Self::LicenseNotUpdated { .. } => "license_not_updated",
            Self::LicenseNotPickedUp { .. } => "license_not_picked_up",
            Self::ClockSetBack(_) => "clock_set_back",
            Self::ManifestDisagrees => "manifest_disagrees",
            Self::LicenseUnsigned => "license_unsigned",
        }
    }

    /// Where it is shown.
    pub fn places(&self) -> &'static [Place] {
        match self {
            Self::LicenseExpiresSoon { .. }
            | Self::MaintenanceExpiresSoon { .. }
            | Self::FeatureExpiresSoon { .. }
            | Self::LicenseAnnounced { .. } => &[Place::Page],
            Self::LicenseExpired { .. } => &[Place::Page, Place::Login],
            Self::MaintenanceExpired { .. }
            | Self::MaintenanceExtended { .. }
            | Self::LicenseExtended { .. } => &[Place::About],
            Self::LicenseNotUpdated { .. } | Self::LicenseNotPickedUp { .. } => {
                &[Place::Page, Place::Settings]
            }
            Self::ClockSetBack(_) | Self::ManifestDisagrees | Self::LicenseUnsigned => {
                &[Place::About, Place::Settings]
            }
        }
    }

    /// Whether it is shown there.
    pub fn is_for(&self, place: Place) -> bool {
        self.places().contains(&place)
    }
}
