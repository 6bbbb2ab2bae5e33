use chrono::{Days, NaiveDate};
use proptest::{collection::vec, option, prelude::*};

use super::{super::*, license, pool};

fn expiry() -> impl Strategy<Value = Expiry> {
    let date = (0..4_u64).prop_map(|days| Expiry::On(NaiveDate::default() + Days::new(days)));
    prop_oneof![date, Just(Expiry::Never), Just(Expiry::Unknown)]
}

fn feature() -> impl Strategy<Value = Feature> {
    let version =
        prop_oneof![Just("1.0"), Just("1.00"), Just("1.10"), Just("1.9"), Just("2026.0508"), Just("1.2.3")];
    let count = prop_oneof![(1..4_u64).prop_map(Count::Of), Just(Count::Uncounted)];
    ("[A-D]", option::of("[xy]d"), version, count, expiry()).prop_map(
        |(name, vendor, version, count, expires)| pool(&name, vendor.as_deref(), version, count, expires),
    )
}

prop_compose! {
    fn any_license()(
        features in vec(feature(), 0..12),
        expires in expiry(),
        maintenance_until in option::of(expiry()),
        serial_number in option::of("[1-3]"),
    ) -> License {
        License { expires, maintenance_until, serial_number, ..license(features) }
    }
}

fn turned<T>(moved: Moved<T>) -> Moved<T> {
    Moved { from: moved.to, to: moved.from }
}

/// What the same difference looks like from the other side.
fn mirror(changes: Changes) -> Changes {
    let kind = |kind| match kind {
        ChangeKind::Added(total) => ChangeKind::Removed(total),
        ChangeKind::Removed(total) => ChangeKind::Added(total),
        ChangeKind::Count(moved) => ChangeKind::Count(turned(moved)),
        ChangeKind::Version(moved) => ChangeKind::Version(turned(moved)),
        ChangeKind::Expiry(moved) => ChangeKind::Expiry(turned(moved)),
    };
    let feature = |change: FeatureChange| FeatureChange { kind: kind(change.kind), ..change };
    Changes {
        features: changes.features.into_iter().map(feature).collect(),
        expires: changes.expires.map(turned),
        maintenance_until: changes.maintenance_until.map(turned),
        serial_number: changes.serial_number.map(turned),
    }
}

proptest! {
    #[test]
    fn a_license_does_not_differ_from_itself(a in any_license()) {
        prop_assert!(diff(&a, &a).is_empty());
    }

    #[test]
    fn a_difference_seen_from_the_other_side_is_its_mirror(a in any_license(), b in any_license()) {
        prop_assert_eq!(mirror(diff(&a, &b)), diff(&b, &a));
    }

    #[test]
    fn the_order_of_features_means_nothing(a in any_license(), b in any_license(), by in 0..12_usize) {
        let mut turned = b.clone();
        let by = by.min(turned.features.len());
        turned.features.rotate_left(by);
        prop_assert_eq!(diff(&a, &turned), diff(&a, &b));
    }
}
