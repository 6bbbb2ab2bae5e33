//! Does what `lmstat` prints fit a license?
use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::{
    Count, Feature, License, compare_versions,
    flexnet::date,
    lmstat::{FeatureUse, Pool, Status},
};

/// Whether the server shows each feature that `license` allows on `day` as the license has it: the issued count, and
/// version and expiry of the pools that are printed (those in use).
pub(super) fn shows(status: &Status, license: &License, day: NaiveDate) -> bool {
    let mut by_name: BTreeMap<&str, Vec<&Feature>> = BTreeMap::new();
    // A license server does not load what is past or not yet begun.
    for feature in license.features.iter().filter(|feature| feature.runs_on(day)) {
        by_name.entry(&feature.name).or_default().push(feature);
    }
    by_name.iter().all(|(name, pools)| {
        let shown = status.features.iter().find(|shown| shown.name == *name);
        shown.is_some_and(|shown| agrees(shown, pools))
    })
}

fn agrees(shown: &FeatureUse, pools: &[&Feature]) -> bool {
    let seats = pools.iter().map(|pool| match pool.count {
        Count::Of(seats) => Some(seats),
        Count::Uncounted => None,
    });
    let counted = match seats.sum::<Option<u64>>() {
        Some(seats) => shown.issued == Some(seats),
        None => shown.uncounted,
    };
    counted && shown.pools.iter().all(|printed| pools.iter().any(|pool| is(printed, pool)))
}

/// A license that does not say, or a date that cannot be read, does not contradict.
fn is(printed: &Pool, pool: &Feature) -> bool {
    let version =
        pool.version.as_ref().is_none_or(|version| compare_versions(version, &printed.version).is_eq());
    let expiry = printed.expiry.as_deref().and_then(date::expiry);
    version && expiry.is_none_or(|expiry| expiry == pool.expires)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Expiry, offer::samples::signed};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn license() -> License {
        let mut license = signed(7, 10).license;
        let pool = license.features[0].clone();
        license.features.push(Feature { expires: Expiry::On(day("2026-12-31")), ..pool.clone() });
        license.features.push(Feature { name: "ALWAYS".to_owned(), count: Count::Uncounted, ..pool });
        license
    }

    fn status(issued: u64, pools: &[(&str, &str)]) -> Status {
        let pools = pools.iter().map(|(version, expiry)| Pool {
            version: (*version).to_owned(),
            vendor: "vendord".to_owned(),
            expiry: Some((*expiry).to_owned()),
        });
        let web_shop = FeatureUse {
            name: "WEB_SHOP".to_owned(),
            issued: Some(issued),
            pools: pools.collect(),
            ..FeatureUse::default()
        };
        let always = FeatureUse { name: "ALWAYS".to_owned(), uncounted: true, ..FeatureUse::default() };
        Status { features: vec![web_shop, always], ..Status::default() }
    }

    #[test]
    fn counts_are_summed_over_the_pools_that_run() {
        for (issued, today, shown) in [
            (20, "2026-11-24", true),
            (20, "2026-12-31", true),
            (20, "2027-01-01", false),
            (10, "2027-01-01", true),
            (15, "2026-11-24", false),
        ] {
            assert_eq!(shows(&status(issued, &[]), &license(), day(today)), shown, "{issued} on {today}");
        }
    }

    #[test]
    fn what_is_printed_of_a_pool_must_be_one_of_the_license() {
        for (version, expiry, shown) in [
            ("1.2", "permanent", true),
            ("1.20", "31-dec-2026", true),
            ("1.3", "permanent", false),
            ("1.2", "30-dec-2026", false),
            ("1.2", "unreadable", true),
        ] {
            let status = status(20, &[("1.2", "permanent"), (version, expiry)]);
            assert_eq!(shows(&status, &license(), day("2026-11-24")), shown, "{version} {expiry}");
        }
    }

    #[test]
    fn a_feature_that_is_missing_or_counted_otherwise_is_not_shown() {
        let mut lacks_one = status(20, &[]);
        lacks_one.features.pop();
        assert!(!shows(&lacks_one, &license(), day("2026-11-24")));
        let mut counted = status(20, &[]);
        counted.features[1] = FeatureUse { uncounted: false, issued: Some(5), ..counted.features[1].clone() };
        assert!(!shows(&counted, &license(), day("2026-11-24")));
    }
}
