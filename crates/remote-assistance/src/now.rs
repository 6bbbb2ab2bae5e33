use std::time::Duration;

use chrono::{DateTime, FixedOffset, NaiveDateTime, Utc};

/// What the clocks say; the caller reads them, once for each step.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Now {
    /// The computer's clock. Mutes and pauses run on it, because they outlive a restart; people can set it.
    pub wall: DateTime<Utc>,
    /// Time since the computer started, suspended time included (`CLOCK_BOOTTIME`). Nobody can set it: sessions and
    /// questions run on it.
    pub since_boot: Duration,
    /// The back office's time, from its newest signed answer; `None` until there was one. Requests expire on it.
    pub signed: Option<DateTime<Utc>>,
    /// The customer's distance from UTC at this moment: weekly hours are in local time.
    pub offset: FixedOffset,
}

impl Now {
    /// The date and time on the customer's wall.
    pub fn local(&self) -> NaiveDateTime {
        self.wall.with_timezone(&self.offset).naive_local()
    }
}
