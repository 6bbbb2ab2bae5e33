use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDateTime, Timelike, Weekday};
use serde::{Deserialize, Serialize};

use crate::Error;

/// Minutes of a day; 24:00 is the end of the last one.
const DAY: u16 = 24 * 60;
/// The most lines of weekly hours.
const MAX_SPANS: usize = 64;

/// When requests for assistance may come, in the customer's local time: a list of texts such as
/// `"mon-fri 08:00-18:00"` or `"sat 22:00-02:00"` (into Sunday). An empty list is always.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct WeeklyHours(Vec<Span>);

/// The same hours on one day or on several days in a row. The first minute is in it, the last is not.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
struct Span {
    first: Weekday,
    last: Weekday,
    from: u16,
    to: u16,
}

impl WeeklyHours {
    /// No limit.
    pub const fn always() -> Self {
        Self(Vec::new())
    }

    /// Whether requests may come at `local`, the date and time on the customer's wall.
    pub fn are_open(&self, local: NaiveDateTime) -> bool {
        let minute = u16::try_from(local.hour() * 60 + local.minute()).unwrap_or(DAY);
        self.0.is_empty() || self.0.iter().any(|span| span.holds(local.weekday(), minute))
    }
}

impl Span {
    fn holds(self, day: Weekday, minute: u16) -> bool {
        if self.from < self.to {
            return self.is_on(day) && (self.from..self.to).contains(&minute);
        }
        (self.is_on(day) && minute >= self.from) || (self.is_on(day.pred()) && minute < self.to)
    }

    fn is_on(self, day: Weekday) -> bool {
        day.days_since(self.first) <= self.last.days_since(self.first)
    }
}

impl FromStr for Span {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let read = || {
            let (days, times) = text.trim().split_once(' ')?;
            let (first, last) = days.split_once('-').unwrap_or((days, days));
            let (from, to) = times.trim().split_once('-')?;
            let (first, last) = (weekday(first)?, weekday(last)?);
            let (from, to) = (minute(from)?, minute(to)?);
            (from < DAY && from != to).then_some(Self { first, last, from, to })
        };
        read().ok_or_else(|| Error::BadHours { text: text.chars().take(40).collect() })
    }
}

fn weekday(text: &str) -> Option<Weekday> {
    (text.len() == 3).then(|| text.parse().ok()).flatten()
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |digits: &str, most: u16| {
        let two = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|&number: &u16| two && number <= most)
    };
    Some(number(hour, 24)? * 60 + number(minute, 59)?).filter(|&minute| minute <= DAY)
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = |day: Weekday| day.to_string().to_lowercase();
        f.write_str(&day(self.first))?;
        if self.last != self.first {
            write!(f, "-{}", day(self.last))?;
        }
        let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        write!(f, " {}-{}", time(self.from), time(self.to))
    }
}

impl TryFrom<Vec<String>> for WeeklyHours {
    type Error = Error;

    fn try_from(texts: Vec<String>) -> Result<Self, Error> {
        if texts.len() > MAX_SPANS {
            return Err(Error::BadHours { text: format!("{} lines", texts.len()) });
        }
        texts.iter().map(|text| text.parse()).collect::<Result<_, _>>().map(Self)
    }
}

impl From<WeeklyHours> for Vec<String> {
    fn from(hours: WeeklyHours) -> Self {
        hours.0.iter().map(Span::to_string).collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, NaiveDateTime};

    use super::WeeklyHours;

    fn hours(texts: &[&str]) -> WeeklyHours {
        WeeklyHours::try_from(texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>()).unwrap()
    }

    /// 1 June 2026 is a Monday.
    fn june(day: u32, hour: u32, minute: u32) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2026, 6, day).unwrap().and_hms_opt(hour, minute, 59).unwrap()
    }

    #[test]
    fn hours_hold_from_the_first_minute_to_the_one_before_the_last() {
        let office = hours(&["mon-fri 08:00-18:00"]);
        for (at, open) in [
            (june(1, 7, 59), false),
            (june(1, 8, 0), true),
            (june(5, 17, 59), true),
            (june(5, 18, 0), false),
            (june(6, 12, 0), false),
            (june(7, 12, 0), false),
        ] {
            assert_eq!(office.are_open(at), open, "{at}");
        }
    }

    #[test]
    fn hours_past_midnight_reach_into_the_next_day_and_days_may_wrap_around_the_week() {
        let night = hours(&["sat-sun 22:00-02:00", "wed 00:00-24:00"]);
        for (at, open) in [
            (june(6, 21, 59), false),
            (june(6, 22, 0), true),
            (june(7, 1, 59), true),
            (june(7, 2, 0), false),
            (june(1, 1, 59), true),
            (june(2, 1, 59), false),
            (june(3, 0, 0), true),
            (june(3, 23, 59), true),
            (june(4, 0, 0), false),
        ] {
            assert_eq!(night.are_open(at), open, "{at}");
        }
        assert!(hours(&["sun-mon 08:00-09:00"]).are_open(june(1, 8, 0)));
    }

    #[test]
    fn no_hours_at_all_are_always_and_texts_come_back_as_they_were() {
        assert!(WeeklyHours::always().are_open(june(7, 3, 0)));
        let texts = ["mon-fri 08:00-18:00", "sat 22:00-02:00", "wed 00:00-24:00"];
        assert_eq!(Vec::<String>::from(hours(&texts)), texts);
    }

    #[test]
    fn what_is_no_weekly_hour_is_refused() {
        for text in
            ["", "mon", "mon 8-18", "mon 08:00", "mon 08:00-08:00", "mon 24:00-01:00", "mon 08:60-09:00"]
        {
            assert!(WeeklyHours::try_from(vec![text.to_owned()]).is_err(), "{text}");
        }
        for text in ["day 08:00-09:00", "mon 08:00-24:01", "mon 0+:00-09:00", "mondayfri 08:00-09:00"] {
            assert!(WeeklyHours::try_from(vec![text.to_owned()]).is_err(), "{text}");
        }
        assert!(WeeklyHours::try_from(vec!["mon 08:00-09:00".to_owned(); 65]).is_err());
    }
}
