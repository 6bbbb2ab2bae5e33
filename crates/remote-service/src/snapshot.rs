use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Months, NaiveDate, Utc};
use license_lifecycle::{
    Accepted, Announcement, Digest, Entry, Expiry, License, Notice, NoticeInput, Place, Seen, notices,
    read_clock,
};

use secret_store::SecretStore;

use crate::custody::Custody;
use crate::gatehouse::AssistanceView;
use crate::settings::{Settings, secret};
use crate::time::Zone;
use crate::{Error, Light};

/// Everything that a page shows, as it was at one moment. Reading it takes no lock and does no I/O.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// The status icon.
    pub light: Light,
    /// Licenses: in force and on their way.
    pub license: Arc<LicenseView>,
    /// Remote assistance: dialog, banner and history.
    pub assistance: Arc<AssistanceView>,
    /// Which secrets are set; never what they are.
    pub secrets: SecretsSet,
    window: Months,
    zone: Zone,
}

/// The licenses in our keeping.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LicenseView {
    /// The license in force; `None` before the first one was imported.
    pub in_force: Option<Accepted>,
    /// Whether, and when, the license server was seen with it.
    pub seen: Option<Seen>,
    /// What was announced and not dismissed.
    pub announcements: Vec<Announcement>,
    /// Licenses that are not delivered yet, oldest first, without superseded ones.
    pub outbox: Vec<Entry>,
    /// Those of the outbox before which the license server has to see a sequence reset.
    pub with_reset: Vec<Digest>,
    known_time: Option<DateTime<Utc>>,
}

/// Which secrets of the settings are set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SecretsSet {
    /// [Verification code:]; gone once the installation is enrolled.
    pub verification_code: bool,
    /// [Proxy password:]
    pub proxy_password: bool,
    /// Password of [Remote service credentials:]
    pub remote_service_password: bool,
    /// Token of the TeamViewer Web API.
    pub teamviewer_token: bool,
}

impl SecretsSet {
    pub(crate) fn of(store: &dyn SecretStore) -> Result<Self, Error> {
        let set = |name| match store.get(name) {
            Ok(value) => Ok(value.is_some()),
            Err(source) => Err(Error::Secrets { source }),
        };
        Ok(Self {
            verification_code: set(secret::VERIFICATION_CODE)?,
            proxy_password: set(secret::PROXY_PASSWORD)?,
            remote_service_password: set(secret::REMOTE_SERVICE_PASSWORD)?,
            teamviewer_token: set(secret::TEAMVIEWER_TOKEN)?,
        })
    }
}

/// The About box of the manual.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct About<'a> {
    /// The license in force, with features and seats.
    pub license: &'a License,
    /// Whether the vendor signed it.
    pub signed: bool,
    /// The serial number.
    pub serial_number: Option<&'a str>,
    /// The last day on which the product may run.
    pub expires: Expiry,
    /// The last day of maintenance; `None`: no maintenance.
    pub maintenance_until: Option<Expiry>,
    /// When the license was last updated.
    pub updated_at: DateTime<Utc>,
}

impl Snapshot {
    pub(crate) fn new(
        light: Light,
        license: Arc<LicenseView>,
        settings: &Settings,
        secrets: SecretsSet,
    ) -> Self {
        let assistance = Arc::default();
        Self { light, license, assistance, secrets, window: Months::new(1), zone: Zone::System }
            .with_settings(settings)
    }

    pub(crate) fn with_light(&self, light: Light) -> Self {
        Self { light, ..self.clone() }
    }

    pub(crate) fn with_license(&self, license: Arc<LicenseView>) -> Self {
        Self { license, ..self.clone() }
    }

    pub(crate) fn with_assistance(&self, assistance: Arc<AssistanceView>) -> Self {
        Self { assistance, ..self.clone() }
    }

    pub(crate) fn with_secrets(&self, secrets: SecretsSet) -> Self {
        Self { secrets, ..self.clone() }
    }

    pub(crate) fn with_settings(&self, settings: &Settings) -> Self {
        Self {
            window: Months::new(settings.notices.window_months),
            // Validated when the settings were: the fallback is never taken.
            zone: Zone::named(&settings.notices.time_zone).unwrap_or(Zone::System),
            ..self.clone()
        }
    }

    /// The customer's day at `now`, not before the latest signed time.
    #[must_use]
    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        self.zone.day(read_clock(now, self.license.known_time).time)
    }

    /// The customer's distance from UTC at `now`.
    pub(crate) fn offset(&self, now: DateTime<Utc>) -> FixedOffset {
        self.zone.offset(now)
    }

    /// The serial number of the newest license that was accepted, delivered or not.
    #[must_use]
    pub fn serial_number(&self) -> Option<&str> {
        self.newest()?.serial_number.as_deref()
    }

    /// What may be the serial number, where the license file does not say which of its entries it is.
    #[must_use]
    pub fn serial_candidates(&self) -> &[String] {
        self.newest().map_or(&[], |license| &license.serial_candidates)
    }

    fn newest(&self) -> Option<&License> {
        let waiting = self.license.outbox.last().map(|entry| &entry.license);
        waiting.or_else(|| Some(&self.license.in_force.as_ref()?.license))
    }

    /// What people should be told at `now`, wherever it is shown.
    ///
    /// "At each refresh of the page": to be asked each time. Does not allocate when there is nothing to say.
    #[must_use]
    pub fn notices(&self, now: DateTime<Utc>) -> Vec<Notice> {
        let view = &*self.license;
        let clock = read_clock(now, view.known_time);
        notices(&NoticeInput {
            window: self.window,
            announcements: &view.announcements,
            outbox: &view.outbox,
            waiting: view.in_force.as_ref().filter(|_| view.seen.is_none()).map(|own| now - own.delivered_at),
            clock: clock.set_back,
            ..NoticeInput::in_force(view.in_force.as_ref(), self.zone.day(clock.time))
        })
    }

    /// The notices for one place: page, login screen, About box or settings.
    #[must_use]
    pub fn notices_for(&self, place: Place, now: DateTime<Utc>) -> Vec<Notice> {
        let mut notices = self.notices(now);
        notices.retain(|notice| notice.places().contains(&place));
        notices
    }

    /// The About box; `None` before the first license.
    #[must_use]
    pub fn about(&self) -> Option<About<'_>> {
        let accepted = self.license.in_force.as_ref()?;
        Some(About {
            license: &accepted.license,
            signed: accepted.signed,
            serial_number: accepted.license.serial_number.as_deref(),
            expires: accepted.license.expires,
            maintenance_until: accepted.license.maintenance_until,
            updated_at: accepted.delivered_at,
        })
    }
}

impl LicenseView {
    pub(crate) fn of(custody: &Custody) -> Self {
        let Custody { records, outbox } = custody;
        let waiting = || outbox.entries().iter().filter(|entry| entry.is_live());
        let needs_reset = |entry: &&Entry| records.reset_to_be_passed_on(&entry.license).is_some();
        Self {
            in_force: records.in_force().cloned(),
            seen: records.seen(),
            announcements: records.announcements().to_vec(),
            outbox: waiting().cloned().collect(),
            with_reset: waiting().filter(needs_reset).map(|entry| entry.digest).collect(),
            known_time: records.known_time(),
        }
    }

    /// The offer that the back office need not send again.
    pub(crate) fn have(&self) -> Option<Digest> {
        let waiting = self.outbox.last().map(|entry| entry.digest);
        waiting.or_else(|| Some(self.in_force.as_ref()?.digest))
    }
}
