use std::collections::BTreeMap;

use super::{ChangeKind, FeatureChange, Moved, Total};
use crate::{Count, Expiry, Feature, compare_versions};

/// All pools that share a name, on both sides.
#[derive(Default)]
pub(super) struct Pools<'l> {
    in_force: Vec<&'l Feature>,
    offered: Vec<&'l Feature>,
}

/// The pools of one vendor, on both sides.
type Sides<'l> = (Vec<&'l Feature>, Vec<&'l Feature>);

impl<'l> Pools<'l> {
    pub(super) fn in_force(&mut self, feature: &'l Feature) {
        self.in_force.push(feature);
    }

    pub(super) fn offered(&mut self, feature: &'l Feature) {
        self.offered.push(feature);
    }

    pub(super) fn changes(self, name: &str, changes: &mut Vec<FeatureChange>) {
        if self.in_force == self.offered {
            return; // nearly always, and it saves adding up
        }
        for (vendor, (in_force, offered)) in self.by_vendor() {
            let kinds = compare(total(&in_force), total(&offered));
            changes.extend(kinds.into_iter().flatten().map(|kind| FeatureChange {
                name: name.to_owned(),
                vendor: vendor.map(str::to_owned),
                kind,
            }));
        }
    }

    /// Where a side names no vendor, names alone match, and the vendor is the only one that is named.
    fn by_vendor(self) -> BTreeMap<Option<&'l str>, Sides<'l>> {
        let all = || self.in_force.iter().chain(&self.offered);
        let mut vendors = all().filter_map(|feature| feature.vendor.as_deref());
        let first = vendors.next();
        let only = first.filter(|first| vendors.all(|vendor| vendor == *first));
        if only.is_some() || all().any(|feature| feature.vendor.is_none()) {
            return BTreeMap::from([(only, (self.in_force, self.offered))]);
        }
        let mut sides: BTreeMap<_, Sides<'l>> = BTreeMap::new();
        for feature in self.in_force {
            sides.entry(feature.vendor.as_deref()).or_default().0.push(feature);
        }
        for feature in self.offered {
            sides.entry(feature.vendor.as_deref()).or_default().1.push(feature);
        }
        sides
    }
}

fn total(pools: &[&Feature]) -> Option<Total> {
    if pools.is_empty() {
        return None;
    }
    let add = |sum, count| match (sum, count) {
        (Count::Of(sum), Count::Of(seats)) => Count::Of(u64::saturating_add(sum, seats)),
        _ => Count::Uncounted,
    };
    let mut expires: Vec<Expiry> = pools.iter().map(|pool| pool.expires).collect();
    expires.sort_unstable();
    let highest = pools
        .iter()
        .filter_map(|pool| pool.version.as_ref())
        .max_by(|a, b| compare_versions(a, b).then_with(|| a.cmp(b)));
    Some(Total {
        count: pools.iter().map(|pool| pool.count).fold(Count::Of(0), add),
        version: highest.cloned(),
        expires,
    })
}

fn compare(in_force: Option<Total>, offered: Option<Total>) -> [Option<ChangeKind>; 3] {
    let (old, new) = match (in_force, offered) {
        (Some(old), Some(new)) => (old, new),
        (Some(old), None) => return [Some(ChangeKind::Removed(old)), None, None],
        (None, Some(new)) => return [Some(ChangeKind::Added(new)), None, None],
        (None, None) => return [None, None, None],
    };
    let count = (old.count != new.count).then_some(Moved { from: old.count, to: new.count });
    let version = (!same_version(old.version.as_deref(), new.version.as_deref()))
        .then_some(Moved { from: old.version, to: new.version });
    let expiry =
        (!same_dates(&old.expires, &new.expires)).then_some(Moved { from: old.expires, to: new.expires });
    [count.map(ChangeKind::Count), version.map(ChangeKind::Version), expiry.map(ChangeKind::Expiry)]
}

fn same_version(old: Option<&str>, new: Option<&str>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => compare_versions(old, new).is_eq(),
        (old, new) => old == new,
    }
}

/// Both in order. Pools that all end on one day may be split or joined: no date moves by that.
fn same_dates(old: &[Expiry], new: &[Expiry]) -> bool {
    old == new || old.iter().chain(new).all(|date| Some(date) == old.first())
}
