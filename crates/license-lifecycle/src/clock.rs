//! Which time to judge with: nobody gains a day by setting a clock back, and nobody is locked out by one set ahead.
use chrono::{DateTime, TimeDelta, Utc};

/// How far our clock may lie behind the known time, and an issuing clock ahead of ours: 24 h.
///
/// A day, because a wrong time zone is the commonest mistake and no date here is finer than a day.
pub const CLOCK_TOLERANCE: TimeDelta = TimeDelta::hours(24);

/// What is to be thought of this machine's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockReading {
    /// The time to judge with.
    pub time: DateTime<Utc>,
    /// Set when the clock cannot be believed.
    pub set_back: Option<ClockSetBack>,
}

/// The clock lies behind a time that someone signed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSetBack {
    /// What the clock says.
    pub clock: DateTime<Utc>,
    /// What was signed for, hence has passed.
    pub known_time: DateTime<Utc>,
}

/// Judges the clock `now` by the latest known time.
///
/// More than [`CLOCK_TOLERANCE`] behind it: the clock was set back, and the known time is used instead. Otherwise the
/// clock is believed, however far ahead it is: it is unsigned, and moves nothing.
pub fn read_clock(now: DateTime<Utc>, known_time: Option<DateTime<Utc>>) -> ClockReading {
    match known_time {
        Some(known_time) if known_time - now > CLOCK_TOLERANCE => {
            ClockReading { time: known_time, set_back: Some(ClockSetBack { clock: now, known_time }) }
        }
        _ => ClockReading { time: now, set_back: None },
    }
}

/// The latest known time after one more signed time was seen.
///
/// `signed` must come from something verified: `issued_at` of a license that was not refused, or the time in a signed
/// answer of the back office. An older time changes nothing.
pub fn known_time(before: Option<DateTime<Utc>>, signed: DateTime<Utc>) -> DateTime<Utc> {
    before.map_or(signed, |before| before.max(signed))
}

/// Whether `issued_at` lies more than [`CLOCK_TOLERANCE`] after the later of our clock and the known time: such a
/// license is refused, because believing it would move the known time ahead of the world.
pub fn issued_in_the_future(
    issued_at: DateTime<Utc>,
    now: DateTime<Utc>,
    known_time: Option<DateTime<Utc>>,
) -> bool {
    issued_at - latest(now, known_time) > CLOCK_TOLERANCE
}

/// The later of our clock and the known time.
pub(crate) fn latest(now: DateTime<Utc>, known_time: Option<DateTime<Utc>>) -> DateTime<Utc> {
    known_time.map_or(now, |known| known.max(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_clock_is_set_back_exactly_beyond_the_tolerance() {
        let known = at("2026-11-24T09:00:00Z");
        for (now, set_back) in [
            ("2026-11-23T09:00:00Z", false),
            ("2026-11-23T08:59:59Z", true),
            ("2026-11-24T09:00:00Z", false),
            ("2036-01-01T00:00:00Z", false),
            ("1970-01-01T00:00:00Z", true),
        ] {
            let reading = read_clock(at(now), Some(known));
            assert_eq!(reading.set_back.is_some(), set_back, "{now}");
            assert_eq!(reading.time, if set_back { known } else { at(now) }, "{now}");
            assert_eq!(read_clock(at(now), None), ClockReading { time: at(now), set_back: None });
        }
    }

    #[test]
    fn the_known_time_never_goes_back() {
        let (early, late) = (at("2026-01-01T00:00:00Z"), at("2026-01-02T00:00:00Z"));
        assert_eq!(known_time(None, early), early);
        assert_eq!(known_time(Some(early), late), late);
        assert_eq!(known_time(Some(late), early), late);
    }

    #[test]
    fn the_later_of_clock_and_known_time_bounds_the_issuing_clock() {
        let (now, known) = (at("2026-11-24T09:00:00Z"), at("2026-11-26T09:00:00Z"));
        for (issued, by_clock, by_known) in [
            ("2026-11-25T09:00:00Z", false, false),
            ("2026-11-25T09:00:01Z", true, false),
            ("2026-11-27T09:00:00Z", true, false),
            ("2026-11-27T09:00:01Z", true, true),
        ] {
            assert_eq!(issued_in_the_future(at(issued), now, None), by_clock, "{issued}");
            assert_eq!(issued_in_the_future(at(issued), now, Some(known)), by_known, "{issued}");
        }
    }
}
