//! The one place that reads the clock.

use chrono::{DateTime, Local, NaiveDate, NaiveDateTime, Utc};

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Now where this machine stands.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub(crate) fn here() -> NaiveDateTime {
    Local::now().naive_local()
}

/// Today: a license runs until the end of its last day here.
pub(crate) fn today() -> NaiveDate {
    here().date()
}
