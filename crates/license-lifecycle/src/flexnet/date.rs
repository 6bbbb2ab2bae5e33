//! Dates as FlexNet writes them, `d-mmm-yyyy`. A date is read or it is not: nothing is guessed.
use chrono::NaiveDate;

use crate::Expiry;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads an expiry: a date, `permanent`, or the year 0 (as `0`, `00`, `000`, `0000`), which both mean never.
///
/// `None` for everything else: two-digit years, months in other languages, dates that do not exist.
pub(crate) fn expiry(text: &str) -> Option<Expiry> {
    if text.eq_ignore_ascii_case("permanent") {
        return Some(Expiry::Never);
    }
    let (day, month, year) = parts(text)?;
    if year.bytes().all(|digit| digit == b'0') {
        return Some(Expiry::Never);
    }
    (year.len() == 4).then_some(())?;
    NaiveDate::from_ymd_opt(year.parse().ok()?, month, day).map(Expiry::On)
}

/// Reads a date that is a day, as in `ISSUED=` and `START=`.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    expiry(text)?.date()
}

/// Reads the last day that a vendor wrote into `VENDOR_STRING`: as FlexNet writes it, `2027-11-30` or `20271130`.
pub(super) fn vendor_expiry(text: &str) -> Option<Expiry> {
    let digits: String = match text.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _] => text.split('-').collect(),
        _ => text.to_owned(),
    };
    calendar(&digits).map(Expiry::On).or_else(|| expiry(text))
}

/// Reads a version that is a date: `2027.1130` or `20271130`.
pub(super) fn version_expiry(text: &str) -> Option<Expiry> {
    let digits = match text.split_once('.') {
        Some((year, day)) if year.len() == 4 && day.len() == 4 => [year, day].concat(),
        Some(_) => return None,
        None => text.to_owned(),
    };
    calendar(&digits).map(Expiry::On)
}

/// `YYYYMMDD`.
fn calendar(digits: &str) -> Option<NaiveDate> {
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = digits.split_at(4);
    let (month, day) = rest.split_at(2);
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        .filter(|_| !year.starts_with('0'))
}

fn parts(text: &str) -> Option<(u32, u32, &str)> {
    let mut parts = text.split('-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str, longest| {
        (1..=longest).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if parts.next().is_some()
        || !digits(day, 2)
        || !digits(year, 4)
        || (year.len() == 4 && year.starts_with("00") && year != "0000")
    {
        return None;
    }
    let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))?;
    Some((day.parse().ok()?, u32::try_from(month + 1).ok()?, year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(year: i32, month: u32, day: u32) -> Option<Expiry> {
        NaiveDate::from_ymd_opt(year, month, day).map(Expiry::On)
    }

    #[test]
    fn dates_are_read_or_left_alone_and_never_guessed() {
        for (text, expected) in [
            ("31-dec-2027", on(2027, 12, 31)),
            ("1-Jan-2027", on(2027, 1, 1)),
            ("01-JAN-2027", on(2027, 1, 1)),
            ("29-feb-2028", on(2028, 2, 29)),
            ("permanent", Some(Expiry::Never)),
            ("PERMANENT", Some(Expiry::Never)),
            ("1-jan-0", Some(Expiry::Never)),
            ("1-jan-00", Some(Expiry::Never)),
            ("1-jan-000", Some(Expiry::Never)),
            ("01-jan-0000", Some(Expiry::Never)),
            ("29-feb-2027", None),
            ("31-apr-2027", None),
            ("0-jan-2027", None),
            ("1-jan-27", None),
            ("1-jan-99", None),
            ("1-jan-027", None),
            ("1-jan-0027", None),
            ("1-jan-20270", None),
            ("001-jan-2027", None),
            ("1-mai-2027", None),
            ("31-dez-2027", None),
            ("31-d\u{e9}c-2027", None),
            ("31-december-2027", None),
            ("2027-12-31", None),
            ("31/dec/2027", None),
            ("31-12-2027", None),
            ("-1-jan-2027", None),
            ("+1-jan-2027", None),
            ("1-jan-", None),
            ("never", None),
            ("", None),
        ] {
            assert_eq!(expiry(text), expected, "{text}");
        }
    }

    #[test]
    fn vendors_may_write_three_kinds_of_dates_into_their_strings() {
        for (text, expected) in [
            ("2027-11-30", on(2027, 11, 30)),
            ("20271130", on(2027, 11, 30)),
            ("30-nov-2027", on(2027, 11, 30)),
            ("permanent", Some(Expiry::Never)),
            ("2027-11-31", None),
            ("27-11-30", None),
            ("2027/11/30", None),
            ("30.11.2027", None),
            ("2027", None),
        ] {
            assert_eq!(vendor_expiry(text), expected, "{text}");
        }
    }

    #[test]
    fn a_version_is_a_date_only_with_all_its_digits() {
        for (text, expected) in [
            ("2027.1130", on(2027, 11, 30)),
            ("20271130", on(2027, 11, 30)),
            ("2027.113", None),
            ("2027.11", None),
            ("2027.1131", None),
            ("7.1", None),
        ] {
            assert_eq!(version_expiry(text), expected, "{text}");
        }
    }
}
