//! The one place that reads the clock.

use chrono::{DateTime, Local, NaiveDate, Utc};

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Today where this machine stands: a license runs until the end of its last day there.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub(crate) fn today() -> NaiveDate {
    Local::now().date_naive()
}
