use super::{features, license, today, warnings};
use crate::flexnet::{MaintenanceSource, Rules, SerialSource, read};
use crate::{Count, Expiry, License};

fn with(rules: Rules, text: &str) -> License {
    read(text.as_bytes()).unwrap().license(&rules, today())
}

#[test]
fn of_counted_features_the_first_counts_and_increments_add() {
    let twice = license("FEATURE A v 1.0 31-dec-2027 5 SIGN=1\nFEATURE A v 1.0 31-dec-2027 9 SIGN=2\n");
    assert_eq!(features(&twice), ["A 1.0 5 2027-12-31"]);
    assert_eq!(warnings(&twice), ["2 feature_ignored"]);
    let sorted =
        license("FEATURE A v 1.0 31-dec-2027 5 SIGN=1\nFEATURE A v 1.0 31-dec-2027 9 sort=1 SIGN=2\n");
    assert_eq!(features(&sorted), ["A 1.0 9 2027-12-31"]);
    let added = license("INCREMENT A v 1.0 31-dec-2027 5 SIGN=1\nINCREMENT A v 1.0 31-dec-2027 9 SIGN=2\n");
    assert_eq!(features(&added), ["A 1.0 14 2027-12-31"]);
}

#[test]
fn pools_are_apart_by_version_hostid_and_the_other_pool_attributes() {
    for (second, expected) in [
        ("v 1.00 31-dec-2027 9", 1),
        ("v 2.0 31-dec-2027 9", 2),
        ("w 1.0 31-dec-2027 9", 2),
        ("v 1.0 30-dec-2027 9", 2),
        ("v 1.0 31-dec-2027 9 HOSTID=ANY", 2),
        ("v 1.0 31-dec-2027 9 DUP_GROUP=UHD", 2),
        ("v 1.0 31-dec-2027 9 FLOAT_OK", 2),
        ("v 1.0 31-dec-2027 9 HOST_BASED", 2),
        ("v 1.0 31-dec-2027 9 USER_BASED", 2),
        ("v 1.0 31-dec-2027 9 PLATFORMS=i86_n", 2),
        ("v 1.0 31-dec-2027 9 VENDOR_STRING=x", 1),
        ("v 1.0 31-dec-2027 9 SN=1", 1),
    ] {
        let text = format!("INCREMENT A v 1.0 31-dec-2027 5 SIGN=1\nINCREMENT A {second} SIGN=2\n");
        assert_eq!(license(&text).features.len(), expected, "{second}");
    }
    let text =
        "INCREMENT A v 1.0 permanent 5 VENDOR_STRING=a\nINCREMENT A v 1.0 permanent 9 VENDOR_STRING=b\n";
    assert_eq!(with(Rules { pools_by_vendor_string: true, ..Rules::default() }, text).features.len(), 2);
}

#[test]
fn supersede_retires_what_was_issued_before() {
    let old = "INCREMENT A v 1.0 31-dec-2026 5 ISSUED=1-jan-2026 SIGN=1\n";
    for (new, expected) in [
        ("INCREMENT A v 2.0 31-dec-2027 9 ISSUED=1-feb-2026 SUPERSEDE SIGN=2", &["A 2.0 9 2027-12-31"][..]),
        (
            "INCREMENT A v 2.0 31-dec-2027 9 ISSUED=1-jan-2026 SUPERSEDE SIGN=2",
            &["A 1.0 5 2026-12-31", "A 2.0 9 2027-12-31"],
        ),
        (
            "INCREMENT B v 2.0 31-dec-2027 9 ISSUED=1-feb-2026 SUPERSEDE=\"A C\" SIGN=2",
            &["B 2.0 9 2027-12-31"],
        ),
        (
            "INCREMENT B v 2.0 31-dec-2027 9 ISSUED=1-feb-2026 SUPERSEDE SIGN=2",
            &["A 1.0 5 2026-12-31", "B 2.0 9 2027-12-31"],
        ),
        ("INCREMENT A v 2.0 31-dec-2027 9 START=1-feb-2026 SUPERSEDE SIGN=2", &["A 2.0 9 2027-12-31"]),
    ] {
        assert_eq!(features(&license(&format!("{old}{new}\n"))), expected, "{new}");
    }
    let undated = license(
        "INCREMENT A v 1.0 31-dec-2026 5 SIGN=1\nINCREMENT A v 2.0 31-dec-2027 9 ISSUED=1-feb-2026 SUPERSEDE SIGN=2\n",
    );
    assert_eq!(undated.features.len(), 2);
    assert!(warnings(&undated).contains(&"1 undated_not_superseded".to_owned()));
}

#[test]
fn an_upgrade_takes_from_the_closest_line_before_it() {
    let upgraded =
        license("INCREMENT A v 1.0 31-dec-2027 5 SIGN=1\nUPGRADE A v 1.0 2.0 31-dec-2027 3 SIGN=2\n");
    assert_eq!(features(&upgraded), ["A 1.0 2 2027-12-31", "A 2.0 3 2027-12-31"]);
    let greedy =
        license("INCREMENT A v 1.0 31-dec-2027 5 SIGN=1\nUPGRADE A v 1.0 2.0 31-dec-2027 8 SIGN=2\n");
    let seats: u64 =
        greedy.features.iter().map(|f| if let Count::Of(count) = f.count { count } else { 0 }).sum();
    assert_eq!(seats, 5, "{:?}", features(&greedy));
    assert!(!greedy.warnings.is_empty());
}

#[test]
fn a_package_licenses_nothing_until_a_line_of_its_name_does() {
    let package = "PACKAGE SUITE v 1.0 COMPONENTS=\"A:2.0 B:1.0:4\" SIGN=1\n";
    assert!(license(package).features.is_empty());
    let licensed = license(&format!("{package}INCREMENT SUITE v 1.0 31-dec-2027 3 SIGN=2\n"));
    assert_eq!(features(&licensed), ["A 2.0 3 2027-12-31", "B 1.0 12 2027-12-31"]);
    let suite = package.replace("SIGN=1", "OPTIONS=SUITE SIGN=1");
    let suite = license(&format!("{suite}INCREMENT SUITE v 1.0 31-dec-2027 3 SIGN=2\n"));
    let names: Vec<_> = suite.features.iter().map(|feature| feature.name.as_str()).collect();
    assert!(names.contains(&"SUITE") && names.contains(&"A") && names.contains(&"B"), "{names:?}");
}

#[test]
fn the_license_expires_with_its_base_feature_or_when_all_agree() {
    let base = || Rules { base_feature: Some("A".into()), ..Rules::default() };
    let on = |text: &str| Expiry::On(text.parse().unwrap());
    for (rules, text, expires, ambiguous) in [
        (
            Rules::default(),
            "FEATURE A v 1 31-dec-2027 1\nFEATURE B v 1 31-dec-2027 1\n",
            on("2027-12-31"),
            false,
        ),
        (
            Rules::default(),
            "FEATURE A v 1 31-dec-2027 1\nFEATURE B v 1 1-jan-2026 1\n",
            Expiry::Unknown,
            true,
        ),
        (
            Rules::default(),
            "FEATURE A v 1 31-dec-2025 1\nFEATURE B v 1 1-jan-2026 1\n",
            on("2026-01-01"),
            false,
        ),
        (
            Rules::default(),
            "FEATURE A v 1 permanent 1\nFEATURE MAINTENANCE v 1 1-jan-2027 1\n",
            Expiry::Never,
            false,
        ),
        (
            Rules::default(),
            "FEATURE A v 1 31-dec-2027 1\nFEATURE B v 1 1-jan-2029 1 START=1-jan-2028\n",
            on("2027-12-31"),
            false,
        ),
        (base(), "FEATURE A v 1 31-dec-2027 1\nFEATURE B v 1 1-jan-2026 1\n", on("2027-12-31"), false),
        (base(), "INCREMENT A v 1 1-jan-2026 1\nINCREMENT A v 1 31-dec-2027 1\n", on("2027-12-31"), false),
    ] {
        let license = with(rules, text);
        assert_eq!(license.expires, expires, "{text}");
        assert_eq!(license.has_warning("license_expiry_ambiguous"), ambiguous, "{text}");
    }
}

#[test]
fn maintenance_stands_where_the_vendor_says() {
    let rules = |maintenance| Rules { maintenance, base_feature: Some("A".into()), ..Rules::default() };
    let vendor_string = || rules(MaintenanceSource::VendorString("MAINT".into()));
    for (rules, text, expected) in [
        (Rules::default(), "FEATURE MAINTENANCE v 1 30-nov-2027 1\n", Some("2027-11-30")),
        (Rules::default(), "FEATURE A v 1 30-nov-2027 1\n", None),
        (
            vendor_string(),
            "FEATURE A v 1 permanent 1 VENDOR_STRING=\"X=1;MAINT=2027-11-30\"\n",
            Some("2027-11-30"),
        ),
        (rules(MaintenanceSource::Version), "FEATURE A v 2027.1130 permanent 1\n", Some("2027-11-30")),
        (rules(MaintenanceSource::Version), "FEATURE A v 7.1 permanent 1\n", Some("unknown")),
    ] {
        let found = with(rules, text).maintenance_until.map(|end| end.to_string());
        assert_eq!(found.as_deref(), expected, "{text}");
    }
}

#[test]
fn several_serial_numbers_are_a_question_and_not_a_guess() {
    let one = license("FEATURE A v 1 permanent 1 SN=PD-1\nFEATURE B v 1 permanent 1 SN=PD-1\n");
    assert_eq!(one.serial_number.as_deref(), Some("PD-1"));
    let two = license("FEATURE A v 1 permanent 1 SN=PD-1\nFEATURE B v 1 permanent 1 SN=PD-2\n");
    assert_eq!(two.serial_number, None);
    assert_eq!(two.serial_candidates, ["PD-1", "PD-2"]);
    assert!(two.has_warning("serial_number_ambiguous"));
    let rules = Rules { serial_number: Some(SerialSource::Notice("SERIAL".into())), ..Rules::default() };
    let notice = with(rules, "FEATURE A v 1 permanent 1 NOTICE=\"SERIAL:PD-9 for you\"\n");
    assert_eq!(notice.serial_number.as_deref(), Some("PD-9"));
}

#[test]
fn warnings_come_in_the_order_of_the_file_and_those_about_the_whole_of_it_last() {
    let license = license(
        "INCREMENT g acmed 1.0 31-dec-2027 4 SIGN=1\nINCREMENT g acmed 2.0 31-dec-2028 9 SUPERSEDE=g ISSUED=1-jan-2026 SIGN=1\nFEATURE c acmed 1.0 30-feb-2027 5 SIGN=0\n",
    );
    assert_eq!(
        warnings(&license),
        ["1 undated_not_superseded", "3 date_unreadable", "- license_expiry_ambiguous"]
    );
}
