use chrono::{Months, NaiveDate};

use crate::Expiry;

/// How something with a last day stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In force, and the end is not near: it lies beyond the window, or there is none.
    Valid,
    /// In force, within the window before its end.
    ExpiresSoon {
        /// The last full day.
        on: NaiveDate,
        /// Days from today to it; 0 on the last day itself.
        days: i64,
    },
    /// Over.
    Expired {
        /// The last full day, in the past.
        on: NaiveDate,
    },
    /// The date cannot be read: nothing is claimed about it.
    Unknown,
}

/// Judges an expiry on `today`, a date in the customer's time zone.
///
/// The expiry date is the last full day: what expires on 31 March works all of that day. The window counts calendar
/// months as [`chrono::Months`] does: "within 1 month" of 31 March begins on 28 February (29 in a leap year), of
/// 15 March on 15 February. A window of 0 months is the last day alone.
pub fn standing(expires: Expiry, today: NaiveDate, window: Months) -> Standing {
    match expires {
        Expiry::Never => Standing::Valid,
        Expiry::Unknown => Standing::Unknown,
        Expiry::On(on) if today > on => Standing::Expired { on },
        Expiry::On(on) => {
            let begins = on.checked_sub_months(window).unwrap_or(NaiveDate::MIN);
            if today < begins {
                Standing::Valid
            } else {
                Standing::ExpiresSoon { on, days: (on - today).num_days() }
            }
        }
    }
}

#[cfg(test)]
mod tests;
