//! The one place that reads the clock.
use chrono::{DateTime, FixedOffset, Local, NaiveDate, NaiveTime, Utc};

/// The clock of the machine, or the day that `--today` puts in its place.
pub(crate) struct Clock {
    today: Option<NaiveDate>,
}

impl Clock {
    pub(crate) fn new(today: Option<NaiveDate>) -> Self {
        Self { today }
    }

    /// Today in the time zone of the machine.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub(crate) fn today(&self) -> NaiveDate {
        self.today.unwrap_or_else(|| Local::now().date_naive())
    }

    /// Now; with `--today` the last second of that day in UTC, so that what was issued on it is not in the future.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub(crate) fn now(&self) -> DateTime<Utc> {
        let last_second = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or(NaiveTime::MIN);
        self.today.map_or_else(Utc::now, |today| today.and_time(last_second).and_utc())
    }
    /// The same in the time zone of the machine.
    pub(crate) fn local(&self) -> DateTime<FixedOffset> {
        self.now().with_timezone(&Local).fixed_offset()
    }
}
