//! The one place that reads the clock.

use chrono::{DateTime, Local, NaiveDate, Utc};
use chrono_tz::Tz;

/// The zone in which a customer's day begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zone {
    System,
    Named(Tz),
}

impl Zone {
    /// `system`, or an IANA name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "system" => Some(Self::System),
            name => name.parse().ok().map(Self::Named),
        }
    }

    /// The day it is at `now` in this zone.
    pub(crate) fn day(self, now: DateTime<Utc>) -> NaiveDate {
        match self {
            Self::System => now.with_timezone(&Local).date_naive(),
            Self::Named(zone) => now.with_timezone(&zone).date_naive(),
        }
    }
}

/// The time it is, by this machine's clock.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_changes_at_midnight_of_the_customer_not_of_greenwich() {
        let late = "2026-12-31T23:30:00Z".parse().unwrap();
        let days = ["Europe/Amsterdam", "America/New_York", "Asia/Tokyo"]
            .map(|zone| Zone::named(zone).unwrap().day(late).to_string());
        assert_eq!(days, ["2027-01-01", "2026-12-31", "2027-01-01"]);
        assert_eq!(Zone::named("Mars/Olympus"), None);
    }
}
