use chrono::Datelike;

use super::*;

const MONTH: Months = Months::new(1);

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn on(expires: &str, today: &str) -> Standing {
    standing(Expiry::On(date(expires)), date(today), MONTH)
}

#[test]
fn standing_changes_exactly_at_the_window_and_after_the_last_day() {
    for (expires, today, expected) in [
        ("2027-03-31", "2027-02-27", None),
        ("2027-03-31", "2027-02-28", Some(31)),
        ("2028-03-31", "2028-02-28", None),
        ("2028-03-31", "2028-02-29", Some(31)),
        ("2027-03-15", "2027-02-14", None),
        ("2027-03-15", "2027-02-15", Some(28)),
        ("2027-01-01", "2026-11-30", None),
        ("2027-01-01", "2026-12-01", Some(31)),
        ("2027-05-31", "2027-04-29", None),
        ("2027-05-31", "2027-04-30", Some(31)),
        ("2027-03-31", "2027-03-31", Some(0)),
    ] {
        let expected = match expected {
            Some(days) => Standing::ExpiresSoon { on: date(expires), days },
            None => Standing::Valid,
        };
        assert_eq!(on(expires, today), expected, "{expires} seen on {today}");
    }
    assert_eq!(on("2027-03-31", "2027-04-01"), Standing::Expired { on: date("2027-03-31") });
    assert_eq!(on("2028-02-29", "2028-03-01"), Standing::Expired { on: date("2028-02-29") });
}

#[test]
fn never_and_unknown_claim_nothing_on_any_day() {
    for today in [NaiveDate::MIN, date("2027-03-31"), NaiveDate::MAX] {
        assert_eq!(standing(Expiry::Never, today, MONTH), Standing::Valid);
        assert_eq!(standing(Expiry::Unknown, today, MONTH), Standing::Unknown);
    }
}

#[test]
fn the_window_is_configurable_down_to_the_last_day_and_up_to_all_time() {
    let last = date("2027-03-31");
    let soon = |today: &str, months: u32| {
        matches!(standing(Expiry::On(last), date(today), Months::new(months)), Standing::ExpiresSoon { .. })
    };
    assert!(!soon("2027-03-30", 0) && soon("2027-03-31", 0));
    assert!(!soon("2026-12-30", 3) && soon("2026-12-31", 3));
    assert!(soon("1970-01-01", u32::MAX));
}

/// An oracle that shares nothing with chrono: years, months and days as plain numbers.
fn month_before(year: i32, month: u32, day: u32) -> (i32, u32, u32) {
    let (year, month) = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let length = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (year, month, day.min(length))
}

#[test]
fn the_window_is_one_calendar_month_for_every_date_from_1970_to_2200() {
    let mut checked = 0;
    for last in date("1970-01-01").iter_days().take_while(|last| last.year() <= 2200) {
        let (year, month, day) = month_before(last.year(), last.month(), last.day());
        let first = NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let judge = |today| standing(Expiry::On(last), today, MONTH);
        assert_eq!(judge(first.pred_opt().unwrap()), Standing::Valid, "the day before {first}");
        let days = last.signed_duration_since(first).num_days();
        assert_eq!(judge(first), Standing::ExpiresSoon { on: last, days }, "{first}");
        assert_eq!(judge(last), Standing::ExpiresSoon { on: last, days: 0 }, "{last}");
        assert_eq!(judge(last.succ_opt().unwrap()), Standing::Expired { on: last }, "the day after {last}");
        checked += 1;
    }
    assert_eq!(checked, 84_371);
}
