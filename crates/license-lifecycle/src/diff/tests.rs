use super::*;
use crate::FormatName;

mod properties;

pub(super) fn pool(
    name: &str,
    vendor: Option<&str>,
    version: &str,
    count: Count,
    expires: Expiry,
) -> Feature {
    Feature {
        name: name.into(),
        vendor: vendor.map(Into::into),
        version: Some(version.into()),
        count,
        expires,
        starts: None,
    }
}

pub(super) fn license(features: Vec<Feature>) -> License {
    License { features, ..License::new(FormatName::MANIFEST) }
}

fn on(date: &str) -> Expiry {
    Expiry::On(date.parse().unwrap())
}

fn seats(name: &str, count: u64) -> Feature {
    pool(name, None, "1.0", Count::Of(count), Expiry::Never)
}

/// `kind name@vendor` of each change.
fn kinds(changes: &Changes) -> Vec<String> {
    let vendor =
        |change: &FeatureChange| change.vendor.as_ref().map_or(String::new(), |vendor| format!("@{vendor}"));
    changes
        .features
        .iter()
        .map(|change| format!("{} {}{}", change.kind.code(), change.name, vendor(change)))
        .collect()
}

fn compare(old: Vec<Feature>, new: Vec<Feature>) -> Changes {
    diff(&license(old), &license(new))
}

#[test]
fn each_way_a_feature_can_differ_has_its_own_kind() {
    let end = |date| Feature { expires: on(date), ..seats("A", 5) };
    for (old, new, expected, at_feature_level) in [
        (vec![], vec![seats("A", 5)], vec!["added A"], true),
        (vec![seats("A", 5)], vec![], vec!["removed A"], true),
        (vec![seats("A", 5)], vec![seats("A", 6)], vec!["count A"], true),
        (
            vec![seats("A", 5)],
            vec![Feature { version: Some("2.0".into()), ..seats("A", 5) }],
            vec!["version A"],
            true,
        ),
        (vec![end("2027-01-01")], vec![end("2028-01-01")], vec!["expiry A"], false),
        (vec![seats("A", 5)], vec![seats("B", 5)], vec!["removed A", "added B"], true),
        (vec![seats("A", 5), seats("B", 1)], vec![seats("B", 1), seats("A", 5)], vec![], false),
    ] {
        let changes = compare(old, new);
        assert_eq!(kinds(&changes), expected);
        assert_eq!(changes.at_feature_level(), at_feature_level, "{expected:?}");
        assert_eq!(changes.is_empty(), expected.is_empty());
    }
}

#[test]
fn a_feature_that_differs_in_two_ways_is_there_twice() {
    let old = pool("A", None, "1.0", Count::Of(5), on("2027-01-01"));
    let new = pool("A", None, "1.1", Count::Uncounted, on("2027-01-02"));
    assert_eq!(kinds(&compare(vec![old], vec![new])), ["count A", "version A", "expiry A"]);
}

#[test]
fn pools_of_one_name_are_taken_together() {
    let old = vec![
        pool("A", None, "1.0", Count::Of(5), on("2027-01-01")),
        pool("A", None, "2.9", Count::Of(3), on("2027-06-01")),
    ];
    let joined = |version, count, second| {
        vec![
            pool("A", None, version, Count::Of(count), on("2027-01-01")),
            pool("A", None, "1.0", Count::Of(2), on(second)),
        ]
    };
    assert_eq!(kinds(&compare(old.clone(), joined("2.9", 6, "2027-06-01"))), Vec::<String>::new());
    assert_eq!(kinds(&compare(old.clone(), joined("2.90", 6, "2027-06-01"))), Vec::<String>::new());
    assert_eq!(kinds(&compare(old.clone(), joined("2.10", 6, "2027-06-01"))), ["version A"]);
    assert_eq!(kinds(&compare(old.clone(), joined("2.9", 7, "2027-06-01"))), ["count A"]);
    assert_eq!(kinds(&compare(old, joined("2.9", 6, "2027-06-02"))), ["expiry A"]);
}

#[test]
fn splitting_a_pool_without_moving_a_date_is_no_change() {
    let part = |count| pool("A", None, "1.0", Count::Of(count), on("2027-01-01"));
    assert!(compare(vec![part(10)], vec![part(4), part(6)]).is_empty());
    let two = |first, second| {
        vec![pool("A", None, "1", Count::Of(5), on(first)), pool("A", None, "1", Count::Of(5), on(second))]
    };
    assert_eq!(
        kinds(&compare(two("2027-01-01", "2027-01-01"), two("2027-01-01", "2028-01-01"))),
        ["expiry A"]
    );
}

#[test]
fn vendors_are_told_apart_only_where_both_sides_name_them() {
    let of = |vendor, count| pool("A", vendor, "1.0", Count::Of(count), Expiry::Never);
    let (x, y) = (Some("xd"), Some("yd"));
    for (old, new, expected) in [
        (vec![of(x, 5)], vec![of(x, 6)], vec!["count A@xd"]),
        (vec![of(None, 5)], vec![of(x, 5)], vec![]),
        (vec![of(None, 5)], vec![of(x, 6)], vec!["count A@xd"]),
        (vec![of(x, 5)], vec![of(y, 5)], vec!["removed A@xd", "added A@yd"]),
        (vec![of(x, 5), of(y, 1)], vec![of(x, 5), of(y, 2)], vec!["count A@yd"]),
        (vec![of(None, 6)], vec![of(x, 5), of(y, 1)], vec![]),
        (vec![of(None, 5)], vec![of(x, 5), of(y, 1)], vec!["count A"]),
    ] {
        assert_eq!(kinds(&compare(old, new)), expected);
    }
}

#[test]
fn sums_of_seats_neither_overflow_nor_forget_uncounted_pools() {
    let of = |count| pool("A", None, "1.0", count, Expiry::Never);
    let changes = compare(
        vec![of(Count::Of(u64::MAX)), of(Count::Of(1))],
        vec![of(Count::Of(1)), of(Count::Uncounted)],
    );
    let moved = Moved { from: Count::Of(u64::MAX), to: Count::Uncounted };
    assert_eq!(changes.features[0].kind, ChangeKind::Count(moved));
    assert_eq!(changes.reasons(), [ChangeReason::SeatsBought]);
}

#[test]
fn the_feature_that_carries_maintenance_is_not_a_feature_level_change() {
    let with = |end: Option<Expiry>| License {
        maintenance_until: end,
        maintenance_feature: end.map(|_| "MAINTENANCE".into()),
        ..license(end.map(|end| pool("MAINTENANCE", None, "1.0", Count::Of(1), end)).into_iter().collect())
    };
    for (old, new) in [(Some(on("2027-01-01")), Some(on("2028-01-01"))), (None, Some(on("2028-01-01")))] {
        let changes = diff(&with(old), &with(new));
        assert_eq!(changes.features, []);
        assert_eq!(changes.maintenance_until, Some(Moved { from: old, to: new }));
        assert_eq!(changes.reasons(), [ChangeReason::MaintenanceExtended]);
    }
}

#[test]
fn reasons_are_given_only_for_what_became_more() {
    let base = license(vec![seats("A", 5)]);
    let of =
        |expires, maintenance_until, features| License { expires, maintenance_until, ..license(features) };
    use ChangeReason::{FeaturesBought, LicenseExtended, MaintenanceExtended, SeatsBought};
    let a = || vec![seats("A", 5)];
    for (old, new, expected) in [
        (of(on("2027-01-01"), None, a()), of(on("2027-01-02"), None, a()), vec![LicenseExtended]),
        (of(on("2027-01-02"), None, a()), of(on("2027-01-01"), None, a()), vec![]),
        (of(on("2027-01-01"), None, a()), of(Expiry::Never, None, a()), vec![LicenseExtended]),
        (of(on("2027-01-01"), None, a()), of(Expiry::Unknown, None, a()), vec![]),
        (of(Expiry::Unknown, None, a()), of(on("2027-01-01"), None, a()), vec![]),
        (base.clone(), of(Expiry::Never, Some(on("2027-01-01")), a()), vec![MaintenanceExtended]),
        (of(Expiry::Never, Some(on("2027-01-01")), a()), base.clone(), vec![]),
        (base.clone(), license(vec![seats("A", 6), seats("B", 1)]), vec![FeaturesBought, SeatsBought]),
        (base.clone(), license(vec![seats("A", 4)]), vec![]),
        (
            base.clone(),
            license(vec![Feature { count: Count::Uncounted, ..seats("A", 5) }]),
            vec![SeatsBought],
        ),
    ] {
        assert_eq!(diff(&old, &new).reasons(), expected);
    }
}

#[test]
fn changes_survive_being_written_down() {
    let changes = compare(
        vec![seats("A", 5), seats("B", 1)],
        vec![seats("A", 6), pool("C", Some("xd"), "1", Count::Uncounted, on("2027-01-01"))],
    );
    let text = serde_json::to_string(&changes).unwrap();
    assert_eq!(serde_json::from_str::<Changes>(&text).unwrap(), changes);
}
