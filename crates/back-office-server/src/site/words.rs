//! What people read instead of codes and times.
use chrono::{DateTime, TimeDelta, Utc};

/// What became of the license on offer.
pub(super) fn delivery(state: Option<&str>, reason: Option<&str>) -> String {
    let reason = || reason.unwrap_or("unknown").replace('_', " ");
    match state {
        None => "Offered, not yet delivered".to_owned(),
        Some("delivered") => "Delivered, not yet in use".to_owned(),
        Some("in_use") => "In use".to_owned(),
        Some("picked_up") => "Taken by the license server".to_owned(),
        Some("delivery_failed") => format!("Could not be delivered: {}", reason()),
        Some("refused") => format!("Refused by the installation: {}", reason()),
        Some(other) => other.replace('_', " "),
    }
}

/// Why a help-desk user has to decide.
pub(super) fn quarantine(reason: Option<&str>) -> &'static str {
    match reason {
        Some("unknown_license") => {
            "Its license file was never issued for this serial number. Ask the customer which license is installed."
        }
        Some("already_enrolled") => {
            "This serial number is enrolled already. A re-installation looks like this, and so does a stolen \
             verification code. Approving revokes the installation before."
        }
        Some("clone") => {
            "Two copies with the same identity are running. Have the customer stop one of them before you approve."
        }
        _ => "It waits for a decision.",
    }
}

/// A scope of assistance.
pub(super) fn scope(name: &str) -> &str {
    match name {
        "view" => "See the screen",
        "control" => "Mouse and keyboard",
        "file_transfer" => "File transfer",
        "vpn" => "VPN",
        other => other,
    }
}

/// So many of something: `1 record`, `2 records`.
pub(super) fn count(number: u64, name: &str) -> String {
    format!("{number} {name}{}", if number == 1 { "" } else { "s" })
}

/// A duration in the largest unit that divides it, as the form offers them.
pub(super) fn duration(minutes: i64) -> String {
    let minutes = minutes.unsigned_abs();
    match (minutes % 60, minutes % (24 * 60)) {
        (0, 0) => count(minutes / (24 * 60), "day"),
        (0, _) => count(minutes / 60, "hour"),
        _ => count(minutes, "minute"),
    }
}

/// A time as it is written on pages; a script turns it into the reader's own.
pub(super) fn moment(time: DateTime<Utc>) -> String {
    time.format("%-d %b %Y, %H:%M UTC").to_string()
}

/// How long ago something was.
pub(super) fn ago(time: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let units =
        [("day", TimeDelta::days(1)), ("hour", TimeDelta::hours(1)), ("minute", TimeDelta::minutes(1))];
    let age = (now - time).max(TimeDelta::zero());
    for (name, unit) in units {
        let number = age.num_seconds() / unit.num_seconds();
        if number > 0 {
            return format!("{} ago", count(number.unsigned_abs(), name));
        }
    }
    "just now".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_the_largest_unit_that_fits() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        for (seconds, text) in [
            (-5, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (3_599, "59 minutes ago"),
            (3_600, "1 hour ago"),
            (86_399, "23 hours ago"),
            (86_400, "1 day ago"),
            (864_000, "10 days ago"),
        ] {
            assert_eq!(ago(now - TimeDelta::seconds(seconds), now), text, "{seconds}");
        }
    }

    #[test]
    fn a_duration_is_told_as_the_form_offers_it() {
        for (minutes, text) in
            [(15, "15 minutes"), (60, "1 hour"), (90, "90 minutes"), (1440, "1 day"), (4320, "3 days")]
        {
            assert_eq!(duration(minutes), text);
        }
    }

    #[test]
    fn a_delivery_says_what_happened_and_why() {
        assert_eq!(delivery(None, None), "Offered, not yet delivered");
        assert_eq!(
            delivery(Some("refused"), Some("wrong_product")),
            "Refused by the installation: wrong product"
        );
    }
}
