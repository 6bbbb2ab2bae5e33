//! The lines that count, and with how many licenses.
use std::collections::HashMap;

use chrono::NaiveDate;

use super::{
    Content, File, Grant, GrantKind, Package, package,
    supersede::{self, Subject},
    upgrade,
    warnings::Warnings,
};
use crate::{Count, Expiry};

/// The licenses that one line contributes to one feature.
#[derive(Clone, Debug)]
pub(super) struct Stock<'f> {
    pub(super) line: u32,
    pub(super) grant: &'f Grant<'f>,
    /// The grant's name; of a component, its own.
    pub(super) name: &'f str,
    /// The grant's version; of a component, its own where it has one.
    pub(super) version: &'f str,
    /// What is left after upgrades, or what a package multiplies to.
    pub(super) count: Count,
}

impl Stock<'_> {
    pub(super) fn expires(&self) -> Expiry {
        self.grant.expires
    }

    pub(super) fn has_started(&self, today: NaiveDate) -> bool {
        self.grant.starts.is_none_or(|first_day| first_day <= today)
    }
}

/// A statement and the number of its line.
pub(super) struct Placed<'f, T>(pub(super) u32, pub(super) &'f T);

/// The grants that no other line supersedes, in file order.
pub(super) fn current_grants<'f>(file: &'f File<'f>, warnings: &mut Warnings) -> Vec<Placed<'f, Grant<'f>>> {
    let grants = file.lines.iter().filter_map(|line| match &line.content {
        Content::Grant(grant) => Some(Placed(line.number, grant)),
        _ => None,
    });
    current(
        grants.collect(),
        |Placed(line, grant)| Subject {
            line: *line,
            vendor: &grant.vendor,
            name: &grant.name,
            attributes: &grant.attributes,
        },
        warnings,
    )
}

/// What these grants license, in file order: first features, increments, upgrades, packages.
pub(super) fn take<'f>(
    file: &'f File<'f>,
    grants: &[Placed<'f, Grant<'f>>],
    warnings: &mut Warnings,
) -> Vec<Stock<'f>> {
    let mut stocks = without_later_features(grants, warnings);
    upgrade::apply(&mut stocks, warnings);
    let packages = file.lines.iter().filter_map(|line| match &line.content {
        Content::Package(package) => Some(Placed(line.number, package)),
        _ => None,
    });
    let packages = current(
        packages.collect(),
        |Placed(line, package): &Placed<'f, Package<'f>>| Subject {
            line: *line,
            vendor: &package.vendor,
            name: &package.name,
            attributes: &package.attributes,
        },
        warnings,
    );
    package::expand(stocks, &packages, warnings)
}

fn current<'f, T>(
    placed: Vec<Placed<'f, T>>,
    subject: impl Fn(&Placed<'f, T>) -> Subject<'f>,
    warnings: &mut Warnings,
) -> Vec<Placed<'f, T>> {
    let subjects: Vec<_> = placed.iter().map(subject).collect();
    let current = supersede::current(&subjects, warnings);
    placed.into_iter().zip(current).filter_map(|(placed, is_current)| is_current.then_some(placed)).collect()
}

/// Of all counted `FEATURE` lines of a name only one counts: the first by `sort=` (default 100), then in the file.
fn without_later_features<'f>(grants: &[Placed<'f, Grant<'f>>], warnings: &mut Warnings) -> Vec<Stock<'f>> {
    let is_rival = |grant: &Grant<'_>| grant.kind == GrantKind::Feature && grant.count != Count::Uncounted;
    let sort = |grant: &Grant<'_>| {
        grant.attributes.value("sort").and_then(|sort| sort.parse().ok()).unwrap_or(100_u32)
    };
    let mut first: HashMap<(&str, &str), (u32, u32)> = HashMap::new();
    for Placed(line, grant) in grants.iter().filter(|Placed(_, grant)| is_rival(grant)) {
        let rank = (sort(grant), *line);
        let best = first.entry((&grant.vendor, &grant.name)).or_insert(rank);
        *best = rank.min(*best);
    }
    let mut counts = |Placed(line, grant): &Placed<'f, Grant<'f>>| {
        let Some((_, counted)) =
            first.get(&(grant.vendor.as_ref(), grant.name.as_ref())).filter(|_| is_rival(grant))
        else {
            return true;
        };
        if counted != line {
            warnings.add(*line, "feature_ignored", || {
                format!("of the FEATURE lines of {:?} only line {counted} counts", grant.name)
            });
        }
        counted == line
    };
    let stock = |&Placed(line, grant): &Placed<'f, Grant<'f>>| Stock {
        line,
        grant,
        name: &grant.name,
        version: &grant.version,
        count: grant.count,
    };
    grants.iter().filter(|placed| counts(placed)).map(stock).collect()
}
