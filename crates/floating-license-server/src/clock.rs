//! The one place that reads the clock.

use chrono::{DateTime, Utc};

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}
