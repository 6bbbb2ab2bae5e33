use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn license(maintenance_until: Option<Expiry>) -> License {
    License { maintenance_until, ..License::new(crate::FormatName::MANIFEST) }
}

fn until(end: &str) -> License {
    license(Some(Expiry::On(date(end))))
}

fn release(version: &str, released_on: &str) -> Release {
    Release { version: Some(version.parse().unwrap()), released_on: date(released_on), backdated_to: None }
}

fn since(version: &str) -> Policy {
    Policy { checked_since: Some(version.parse().unwrap()) }
}

#[test]
fn a_release_of_the_last_day_of_maintenance_is_covered_and_one_of_the_next_is_not() {
    use EntitlementReason as Reason;
    let license = until("2027-11-30");
    for (released, backdated, reason) in [
        ("2027-11-30", None, Reason::WithinMaintenance),
        ("2027-12-01", None, Reason::MaintenanceEnded),
        ("2028-06-01", Some("2027-11-30"), Reason::Backdated),
        ("2028-06-01", Some("2027-12-01"), Reason::MaintenanceEnded),
        ("2027-11-30", Some("2028-01-01"), Reason::WithinMaintenance),
    ] {
        let release = Release { backdated_to: backdated.map(date), ..release("1.4.0", released) };
        let found = covers(&license, &release, &Policy::default());
        assert_eq!(
            found,
            Entitlement { reason, last_covered: Some(date("2027-11-30")) },
            "{released} {backdated:?}"
        );
        assert_eq!(found.covered(), reason != Reason::MaintenanceEnded);
    }
}

#[test]
fn without_a_readable_end_the_reason_says_which_case_it_is() {
    for (maintenance, code, covered) in [
        (None, "no_maintenance", false),
        (Some(Expiry::Never), "maintenance_permanent", true),
        (Some(Expiry::Unknown), "maintenance_unknown", false),
    ] {
        let found = covers(&license(maintenance), &release("1.4.0", "2027-01-01"), &Policy::default());
        assert_eq!((found.reason.code(), found.covered(), found.last_covered), (code, covered, None));
    }
}

#[test]
fn nothing_is_checked_below_the_first_checked_version() {
    let lapsed = until("2020-01-01");
    for (version, policy, checked) in [
        ("1.1.99", since("1.2.0"), false),
        ("1.2.0-rc.1", since("1.2.0"), false),
        ("1.2.0", since("1.2.0"), true),
        ("1.2.0+build.7", since("1.2.0"), true),
        ("1.2.0", since("1.2.0+build.7"), true),
        ("1.10.0", since("1.9.0"), true),
        ("0.0.1", Policy::default(), true),
    ] {
        let found = covers(&lapsed, &release(version, "2027-01-01"), &policy);
        assert_eq!(found.reason != EntitlementReason::NotChecked, checked, "{version}");
        assert_eq!(found.covered(), !checked, "{version}");
    }
    let unnamed = Release { version: None, ..release("1.0.0", "2027-01-01") };
    assert!(!covers(&lapsed, &unnamed, &since("1.2.0")).covered(), "an unnamed version is checked");
}

#[test]
fn the_last_covered_release_is_the_newest_that_maintenance_reaches() {
    let releases = [
        release("1.3.0", "2027-06-01"),
        release("1.4.1", "2027-11-30"),
        release("1.4.0", "2027-11-30"),
        release("1.5.0", "2027-12-01"),
        Release { backdated_to: Some(date("2027-01-01")), ..release("1.3.9", "2028-02-01") },
    ];
    let newest = |license: &License, count| {
        let found = last_covered_release(license, &releases[..count], &Policy::default());
        found.map(|release| release.version.as_ref().unwrap().to_string())
    };
    assert_eq!(newest(&until("2027-11-30"), 4).as_deref(), Some("1.4.1"));
    assert_eq!(
        newest(&until("2027-11-30"), 5).as_deref(),
        Some("1.3.9"),
        "a security fix reaches who lapsed"
    );
    assert_eq!(newest(&until("2027-05-31"), 4), None);
    assert_eq!(newest(&license(None), 5), None);
}
