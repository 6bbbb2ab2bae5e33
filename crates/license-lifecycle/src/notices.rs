use chrono::{Months, NaiveDate, TimeDelta};

use crate::{
    Accepted, Announcement, ChangeReason, ClockSetBack, Entry, License, Standing, manifest, standing,
};

mod notice;

pub use notice::{Notice, Place};

/// How long a license server may take to use a license before people are told: 60 s.
pub const PICK_UP_TIME: TimeDelta = TimeDelta::seconds(60);

/// The window of "expires soon" by default: one calendar month.
pub const WINDOW: Months = Months::new(1);

/// Everything that notices are judged by. All of it is borrowed: judging keeps nothing.
#[derive(Clone, Copy, Debug)]
pub struct NoticeInput<'a> {
    /// The license in force, if there is one.
    pub license: Option<&'a License>,
    /// Whether it was imported without a signature; default `false`.
    pub unsigned: bool,
    /// Today, in the customer's time zone.
    pub today: NaiveDate,
    /// How early an end is announced; default [`WINDOW`].
    pub window: Months,
    /// What was announced and is not dismissed; default none.
    pub announcements: &'a [Announcement],
    /// The entries of the outbox; default none.
    pub outbox: &'a [Entry],
    /// How long ago the license in force was delivered, while it is not seen in use; default: it is in use, or nobody
    /// asks.
    pub waiting: Option<TimeDelta>,
    /// What [`read_clock`](crate::read_clock) found; default nothing.
    pub clock: Option<ClockSetBack>,
}

impl<'a> NoticeInput<'a> {
    /// A license and a day, and nothing else to report.
    pub fn new(license: Option<&'a License>, today: NaiveDate) -> Self {
        Self {
            license,
            unsigned: false,
            today,
            window: WINDOW,
            announcements: &[],
            outbox: &[],
            waiting: None,
            clock: None,
        }
    }

    /// The same for a license that is in force.
    pub fn in_force(accepted: Option<&'a Accepted>, today: NaiveDate) -> Self {
        let unsigned = accepted.is_some_and(|accepted| !accepted.signed);
        Self { unsigned, ..Self::new(accepted.map(|accepted| &accepted.license), today) }
    }
}

/// What people should be told now, in the order: license, maintenance, features, news, delivery, the rest.
///
/// Nothing is stored: ask again at each refresh, and what no longer applies is gone. Does not allocate when there is
/// nothing to say. A feature that ends on the same day as the license has no notice of its own, nor has the one that
/// carries the end of maintenance: one date is said once.
pub fn notices(input: &NoticeInput<'_>) -> Vec<Notice> {
    let mut notices = Vec::new();
    if let Some(license) = input.license {
        notices.extend(about_license(license, input));
        notices.extend(about_maintenance(license, input));
        notices.extend(license.features.iter().filter_map(|feature| {
            let said = feature.expires == license.expires
                || license.maintenance_feature.as_ref() == Some(&feature.name);
            match standing(feature.expires, input.today, input.window) {
                Standing::ExpiresSoon { on, days } if !said => Some(Notice::FeatureExpiresSoon {
                    feature: feature.name.clone(),
                    count: feature.count,
                    on,
                    days,
                }),
                _ => None,
            }
        }));
    }
    notices.extend(input.announcements.iter().filter_map(news));
    notices.extend(input.outbox.iter().filter_map(not_updated));
    notices.extend(input.license.and_then(|license| not_picked_up(license, input.waiting?)));
    notices.extend(input.clock.map(Notice::ClockSetBack));
    if input.license.is_some_and(|license| license.has_warning(manifest::DISAGREES)) {
        notices.push(Notice::ManifestDisagrees);
    }
    if input.license.is_some() && input.unsigned {
        notices.push(Notice::LicenseUnsigned);
    }
    notices
}

fn about_license(license: &License, input: &NoticeInput<'_>) -> Option<Notice> {
    match standing(license.expires, input.today, input.window) {
        Standing::ExpiresSoon { on, days } => Some(Notice::LicenseExpiresSoon { on, days }),
        Standing::Expired { on } => Some(Notice::LicenseExpired { on }),
        Standing::Valid | Standing::Unknown => None,
    }
}

fn about_maintenance(license: &License, input: &NoticeInput<'_>) -> Option<Notice> {
    match standing(license.maintenance_until?, input.today, input.window) {
        Standing::ExpiresSoon { on, days } => Some(Notice::MaintenanceExpiresSoon { on, days }),
        Standing::Expired { on } => Some(Notice::MaintenanceExpired { on }),
        Standing::Valid | Standing::Unknown => None,
    }
}

/// Changes at feature level are announced whole. Dates that moved later are history for the About box; maintenance
/// is named before the license. Anything else is no news.
fn news(announcement: &Announcement) -> Option<Notice> {
    let Announcement { digest, since: at, changes, .. } = announcement;
    if changes.at_feature_level() {
        return Some(Notice::LicenseAnnounced {
            digest: *digest,
            at: *at,
            changes: Box::new(changes.clone()),
        });
    }
    let reasons = changes.reasons();
    match (&changes.maintenance_until, &changes.expires) {
        (Some(moved), _) if reasons.contains(&ChangeReason::MaintenanceExtended) => {
            Some(Notice::MaintenanceExtended { at: *at, from: moved.from, to: moved.to })
        }
        (_, Some(moved)) if reasons.contains(&ChangeReason::LicenseExtended) => {
            Some(Notice::LicenseExtended { at: *at, from: moved.from, to: moved.to })
        }
        _ => None,
    }
}

fn not_updated(entry: &Entry) -> Option<Notice> {
    let failure = entry.failure.as_ref().filter(|_| entry.is_live())?;
    Some(Notice::LicenseNotUpdated {
        digest: entry.digest,
        file: entry.file_name().clone(),
        server: failure.server.clone(),
        kind: failure.kind,
    })
}

fn not_picked_up(license: &License, waiting: TimeDelta) -> Option<Notice> {
    let file = license.file.as_ref().map(|file| file.name.clone());
    (waiting >= PICK_UP_TIME).then_some(Notice::LicenseNotPickedUp { file, waiting })
}

#[cfg(test)]
mod tests;
