//! `UPGRADE`: licenses of an older version become as many of a newer one.
use std::{collections::HashMap, ops::Range};

use super::{GrantKind, newest::Newest, stock::Stock, warnings::Warnings};
use crate::{
    Count,
    version::{Whole, decimal},
};

/// Moves licenses from the closest preceding line that has a fitting version (from ≤ version < to) to each upgrade.
///
/// An upgrade takes from one line, and no more than is there. Uncounted licenses are not upgraded.
pub(super) fn apply(stocks: &mut Vec<Stock<'_>>, warnings: &mut Warnings) {
    let mut features: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for stock in stocks.iter().filter(|stock| stock.grant.kind == GrantKind::Upgrade) {
        features.entry((&stock.grant.vendor, stock.name)).or_default();
    }
    for (index, stock) in stocks.iter().enumerate() {
        if let Some(lines) = features.get_mut(&(stock.grant.vendor.as_ref(), stock.name)) {
            lines.push(index);
        }
    }
    for lines in features.values() {
        let mut feature = Feature::of(stocks, lines);
        for &index in lines {
            if stocks[index].grant.kind == GrantKind::Upgrade {
                feature.upgrade(stocks, index, warnings);
            }
            feature.offer(&stocks[index], index);
        }
    }
    stocks.retain(|stock| stock.count != Count::Of(0));
}

/// The lines of one feature by version, and the licenses that those read so far still have.
struct Feature<'f> {
    by_version: Vec<(Decimal<'f>, usize)>,
    available: Newest,
}

type Decimal<'f> = (Whole<'f>, &'f str);

impl<'f> Feature<'f> {
    fn of(stocks: &[Stock<'f>], lines: &[usize]) -> Self {
        let versions = lines.iter().filter_map(|&index| Some((decimal(stocks[index].version)?, index)));
        let mut by_version: Vec<_> = versions.collect();
        by_version.sort_unstable();
        let available = Newest::new(by_version.len());
        Self { by_version, available }
    }

    /// Sets the upgrade's count to what could be taken, and takes it away from its source.
    fn upgrade(&mut self, stocks: &mut [Stock<'f>], index: usize, warnings: &mut Warnings) {
        let line = stocks[index].line;
        let Count::Of(wanted) = stocks[index].count else {
            warnings
                .add(line, "upgrade_uncounted", || "an UPGRADE must be counted: it is left out".to_owned());
            stocks[index].count = Count::Of(0);
            return;
        };
        let source = self.ranks(&stocks[index]).and_then(|ranks| self.available.newest(ranks));
        let Some((source, Count::Of(left))) = source.map(|source| (source, stocks[source].count)) else {
            warnings.add(line, "upgrade_without_stock", || {
                "no line before this UPGRADE has licenses of a fitting version: it is left out".to_owned()
            });
            stocks[index].count = Count::Of(0);
            return;
        };
        if left < wanted {
            warnings.add(line, "upgrade_exceeds_stock", || {
                format!("UPGRADE of {wanted} licenses, but line {} has only {left}", stocks[source].line)
            });
        }
        let taken = wanted.min(left);
        stocks[index].count = Count::Of(taken);
        stocks[source].count = Count::Of(left - taken);
        self.offer(&stocks[source], source);
    }

    /// Makes known what the line has left for upgrades below it.
    fn offer(&mut self, stock: &Stock<'f>, index: usize) {
        let version = decimal(stock.version).map(|version| (version, index));
        if let Some(rank) = version.and_then(|version| self.by_version.binary_search(&version).ok()) {
            self.available.set(rank, matches!(stock.count, Count::Of(1..)).then_some(index));
        }
    }

    fn ranks(&self, upgrade: &Stock<'f>) -> Option<Range<usize>> {
        let from = decimal(upgrade.grant.from_version.as_deref()?)?;
        let to = decimal(upgrade.version)?;
        let below = |bound: Decimal<'_>| self.by_version.partition_point(|(version, _)| *version < bound);
        Some(below(from)..below(to))
    }
}
