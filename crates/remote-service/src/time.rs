//! The one place that reads the clock.

use std::time::Duration;

use chrono::{DateTime, FixedOffset, Local, NaiveDate, Offset, Utc};
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

    /// The distance from UTC at `now` in this zone.
    pub(crate) fn offset(self, now: DateTime<Utc>) -> FixedOffset {
        match self {
            Self::System => now.with_timezone(&Local).offset().fix(),
            Self::Named(zone) => now.with_timezone(&zone).offset().fix(),
        }
    }
}

/// Time since the computer started, suspended time included: nobody can set this clock.
#[cfg(target_os = "linux")]
pub(crate) fn since_boot() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// Time since this process first asked. Windows' counter behind it goes on while the computer sleeps, and nobody can
/// set it; no session outlives the process, so its start may stand in for the computer's.
#[cfg(not(target_os = "linux"))]
pub(crate) fn since_boot() -> Duration {
    static FIRST: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    FIRST.elapsed()
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
