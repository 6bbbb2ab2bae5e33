//! `weekdayRange`, `dateRange` and `timeRange` in all their forms, and the clock that a script sees.
use crate::{NOW, value};

/// Now is Wednesday, 31 March 2027, 18:30:15; in Greenwich 16:30:15.
async fn now(table: &[(&str, bool)]) {
    for (expression, expected) in table {
        assert_eq!(value(expression, NOW).await, expected.to_string(), "{expression}");
    }
}

#[tokio::test]
async fn days_of_the_week() {
    now(&[
        ("weekdayRange('WED')", true),
        ("weekdayRange('wed')", true),
        ("weekdayRange('THU')", false),
        ("weekdayRange('WED', 'GMT')", true),
        ("weekdayRange('MON', 'FRI')", true),
        ("weekdayRange('MON', 'WED')", true),
        ("weekdayRange('WED', 'FRI')", true),
        ("weekdayRange('THU', 'SAT')", false),
        ("weekdayRange('SAT', 'WED')", true),
        ("weekdayRange('FRI', 'TUE')", false),
        ("weekdayRange('MON', 'FRI', 'GMT')", true),
        ("weekdayRange('XXX')", false),
        ("weekdayRange('MON', 'XXX')", false),
        ("weekdayRange('MON', 'FRI', undefined)", true),
    ])
    .await;
    // Just after midnight in Auckland it is still the day before in Greenwich.
    let sunday = "2027-04-04T00:30:00+13:00";
    assert_eq!(value("weekdayRange('SUN')", sunday).await, "true");
    assert_eq!(value("weekdayRange('SAT', 'GMT')", sunday).await, "true");
    assert_eq!(value("weekdayRange('SUN', 'GMT')", sunday).await, "false");
}

#[tokio::test]
async fn dates() {
    now(&[
        ("dateRange(31)", true),
        ("dateRange(30)", false),
        ("dateRange(31, 'GMT')", true),
        ("dateRange('MAR')", true),
        ("dateRange('APR')", false),
        ("dateRange(2027)", true),
        ("dateRange(2026)", false),
        ("dateRange(31, 'MAR')", true),
        ("dateRange(30, 'MAR')", false),
        ("dateRange(31, 'APR')", false),
        ("dateRange('MAR', 2027)", true),
        ("dateRange('MAR', 2026)", false),
        ("dateRange(31, 'MAR', 2027)", true),
        ("dateRange(31, 'MAR', 2028)", false),
        ("dateRange(31, 'MAR', 2027, 'GMT')", true),
        ("dateRange(15, 31)", true),
        ("dateRange(1, 30)", false),
        ("dateRange(31, 5)", true),
        ("dateRange(30, 5)", true),
        ("dateRange('JAN', 'MAR')", true),
        ("dateRange('APR', 'DEC')", false),
        ("dateRange('NOV', 'MAR')", true),
        ("dateRange(2026, 2027)", true),
        ("dateRange(2028, 2030)", false),
        ("dateRange(2030, 2020)", false),
        ("dateRange(31, 'MAR', 1, 'APR')", true),
        ("dateRange(1, 'JAN', 30, 'MAR')", false),
        ("dateRange(24, 'DEC', 31, 'MAR')", true),
        ("dateRange('MAR', 2027, 'APR', 2027)", true),
        ("dateRange('OCT', 2025, 'FEB', 2027)", false),
        ("dateRange(1, 'JAN', 2027, 31, 'MAR', 2027)", true),
        ("dateRange(1, 'APR', 2027, 31, 'DEC', 2027)", false),
        ("dateRange(31, 'DEC', 2026, 1, 'JAN', 2028, 'GMT')", true),
        ("dateRange(0)", false),
        ("dateRange('XXX')", false),
        ("dateRange(1, 'JAN', 'FEB', 2)", false),
        ("dateRange(1, 2, 3, 4, 5)", false),
        ("dateRange(1, 2, 3, 4, 5, 6, 7)", false),
    ])
    .await;
}

#[tokio::test]
async fn hours() {
    now(&[
        ("timeRange(18)", true),
        ("timeRange(17)", false),
        ("timeRange(16, 'GMT')", true),
        ("timeRange(18, 'GMT')", false),
        ("timeRange(9, 18)", true),
        ("timeRange(9, 17)", false),
        ("timeRange(18, 6)", true),
        ("timeRange(19, 6)", false),
        ("timeRange(18, 30, 18, 30)", true),
        ("timeRange(18, 31, 19, 0)", false),
        ("timeRange(18, 0, 18, 29)", false),
        ("timeRange(22, 0, 18, 30)", true),
        ("timeRange(8, 30, 17, 00, 'GMT')", true),
        ("timeRange(18, 30, 15, 18, 30, 15)", true),
        ("timeRange(18, 30, 16, 18, 31, 0)", false),
        ("timeRange(0, 0, 0, 18, 30, 14)", false),
        ("timeRange(0, 0, 0, 0, 0, 30)", false),
        ("timeRange('18')", true),
        ("timeRange(1, 2, 3)", false),
        ("timeRange(1, 2, 3, 4, 5)", false),
        ("timeRange('x')", false),
    ])
    .await;
}

#[tokio::test]
async fn the_clock_is_the_callers_in_its_zone() {
    for (expression, expected) in [
        ("new Date().getTime()", "1806510615000"),
        ("Date.now()", "1806510615000"),
        ("new Date().getHours() + ':' + new Date().getMinutes()", "18:30"),
        ("new Date().getUTCHours()", "16"),
        ("new Date().getDay()", "3"),
        ("new Date().getTimezoneOffset()", "-120"),
        ("new Date(2027, 2, 31, 18, 30, 15).getTime()", "1806510615000"),
        ("new Date(0).getHours()", "2"),
        ("new Date('2027-03-31T16:30:15Z').getHours()", "18"),
        ("new Date() instanceof Date", "true"),
        ("Date.UTC(1970, 0, 1)", "0"),
    ] {
        assert_eq!(value(expression, NOW).await, expected, "{expression}");
    }
}
