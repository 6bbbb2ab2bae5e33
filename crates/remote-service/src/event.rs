use chrono::{DateTime, TimeDelta, Utc};
use license_lifecycle::server::ServerErrorKind;
use license_lifecycle::{Changes, Digest};
use remote_assistance::audit::Record;
use tokio::sync::broadcast::{self, error::RecvError};

use crate::Stage;

/// Something that happened, and when (by this machine's clock).
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: EventKind,
}

/// What happened. For logs, metrics and pages that update themselves; the state is in the snapshot.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EventKind {
    /// The back office knows this installation now.
    Enrolled {
        /// What it is called there.
        installation_id: String,
    },
    /// The back office answers, and its answers are genuine: green.
    Connected,
    /// It does not: orange.
    ConnectionFailed {
        /// The first stage that failed.
        stage: Stage,
        /// What was seen there.
        detail: String,
    },
    /// The back office has a license for us.
    LicenseOffered,
    /// It was fetched.
    LicenseDownloaded {
        /// The digest that names the offer.
        offer: Digest,
    },
    /// It is signed by the vendor, for this product and serial number, and newer than what is in force.
    LicenseVerified {
        /// The license digest.
        license: Digest,
    },
    /// What it changes.
    LicenseAnnounced {
        /// The license digest.
        license: Digest,
        /// Against the license in force before.
        changes: Changes,
    },
    /// It is not accepted; the license in force stays.
    LicenseRefused {
        /// The digest that names the offer.
        offer: Digest,
        /// Why, in snake case.
        code: &'static str,
    },
    /// It lies in the license server's inbox.
    LicenseDelivered {
        /// The license digest.
        license: Digest,
        /// Where.
        place: String,
    },
    /// It could not be put there; it stays in the outbox.
    DeliveryFailed {
        /// The license digest.
        license: Digest,
        /// Where.
        server: String,
        /// Why.
        kind: ServerErrorKind,
    },
    /// The license server uses it.
    LicenseInUse {
        /// The license digest.
        license: Digest,
        /// Time since the delivery.
        after: TimeDelta,
        /// The server said so; `false`: it emptied its inbox and cannot be asked.
        confirmed: bool,
    },
    /// It was delivered, and a minute later it is not in use.
    LicenseNotPickedUp {
        /// The license digest.
        license: Digest,
    },
    /// Something about remote assistance was put on record: asked, granted, denied, ended, and whatever else there is.
    AssistanceRecorded {
        /// The audit record.
        record: Record,
    },
    /// What pages show of remote assistance has changed.
    AssistanceChanged,
    /// New settings are in force.
    SettingsChanged,
}

impl EventKind {
    /// Its name in snake case, for logs and metrics.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Enrolled { .. } => "enrolled",
            Self::Connected => "connected",
            Self::ConnectionFailed { .. } => "connection_failed",
            Self::LicenseOffered => "license_offered",
            Self::LicenseDownloaded { .. } => "license_downloaded",
            Self::LicenseVerified { .. } => "license_verified",
            Self::LicenseAnnounced { .. } => "license_announced",
            Self::LicenseRefused { .. } => "license_refused",
            Self::LicenseDelivered { .. } => "license_delivered",
            Self::DeliveryFailed { .. } => "delivery_failed",
            Self::LicenseInUse { .. } => "license_in_use",
            Self::LicenseNotPickedUp { .. } => "license_not_picked_up",
            Self::AssistanceRecorded { .. } => "assistance_recorded",
            Self::AssistanceChanged => "assistance_changed",
            Self::SettingsChanged => "settings_changed",
        }
    }
}

/// Events as they come, from the moment of [`events`](crate::Running::events) on.
#[derive(Debug)]
pub struct Events(broadcast::Receiver<Event>);

impl Events {
    pub(crate) fn new(receiver: broadcast::Receiver<Event>) -> Self {
        Self(receiver)
    }

    /// The next event; `None` once the service has stopped. A reader that falls more than 1,024 events behind
    /// loses the oldest: events are news, the state is in the snapshot.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            match self.0.recv().await {
                Ok(event) => return Some(event),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    }
}
