//! `PACKAGE`: features that come with a feature of the package's name.
use std::collections::HashMap;

use super::{
    Package,
    stock::{Placed, Stock},
    warnings::Warnings,
};
use crate::{Count, version::decimal};

/// Most components that are listed for one file: a few short lines could multiply to billions.
const MOST: usize = 100_000;

struct Contents<'f> {
    version: Option<&'f str>,
    /// Whether the package itself stays a feature beside its components.
    is_suite: bool,
    components: Vec<Component<'f>>,
}

struct Component<'f> {
    name: &'f str,
    version: Option<&'f str>,
    /// How many of it come with one license of the package.
    seats: u64,
}

/// Puts the components in the place of each stock that enables a package; in a suite they stand beside it.
pub(super) fn expand<'f>(
    stocks: Vec<Stock<'f>>,
    packages: &[Placed<'f, Package<'f>>],
    warnings: &mut Warnings,
) -> Vec<Stock<'f>> {
    let packages = by_name(packages, warnings);
    if packages.is_empty() {
        return stocks;
    }
    let mut room = MOST;
    let mut expanded = Vec::with_capacity(stocks.len());
    for stock in stocks {
        let Some(named) = packages.get(&(stock.grant.vendor.as_ref(), stock.name)) else {
            expanded.push(stock);
            continue;
        };
        let Some(contents) = named.iter().find(|contents| contents.fits(stock.version)) else {
            warnings.add(stock.line, "package_version_differs", || {
                format!(
                    "no PACKAGE {:?} has version {}: its components are left out",
                    stock.name, stock.version
                )
            });
            expanded.push(stock);
            continue;
        };
        let Some(left) = room.checked_sub(contents.components.len()) else {
            warnings.add(stock.line, "package_too_large", || {
                format!("more than {MOST} components: those of {:?} are left out", stock.name)
            });
            expanded.push(stock);
            continue;
        };
        room = left;
        if contents.is_suite {
            expanded.push(stock.clone());
        }
        expanded.extend(contents.components.iter().map(|component| component.of(&stock)));
    }
    expanded
}

fn by_name<'f>(
    packages: &[Placed<'f, Package<'f>>],
    warnings: &mut Warnings,
) -> HashMap<(&'f str, &'f str), Vec<Contents<'f>>> {
    let mut by_name: HashMap<_, Vec<Contents<'f>>> = HashMap::new();
    for Placed(line, package) in packages {
        let contents = Contents::of(package, *line, warnings);
        by_name.entry((package.vendor.as_ref(), package.name.as_ref())).or_default().push(contents);
    }
    by_name
}

impl<'f> Contents<'f> {
    fn of(package: &'f Package<'f>, line: u32, warnings: &mut Warnings) -> Self {
        let options = package.attributes.value("OPTIONS").unwrap_or_default();
        let is_suite = options.split_whitespace().any(|option| matches!(option, "SUITE" | "SUITE_RESERVED"));
        let list = package.attributes.value("COMPONENTS").unwrap_or_default();
        let mut components = Vec::new();
        for text in list.split_whitespace() {
            match Component::read(text) {
                Some(component) if is_suite && component.seats != 1 => {
                    warnings.add(line, "component_count_in_suite", || {
                        format!("component {text:?} of a suite names a count, which is left out")
                    });
                    components.push(Component { seats: 1, ..component });
                }
                Some(component) => components.push(component),
                None => warnings.add(line, "component_unreadable", || {
                    format!("component {text:?} is no feature[:version[:count]] and is left out")
                }),
            }
        }
        Self { version: package.version.as_deref(), is_suite, components }
    }

    fn fits(&self, version: &str) -> bool {
        let same =
            |own: &str| own == version || decimal(own).is_some_and(|own| Some(own) == decimal(version));
        self.version.is_none_or(same)
    }
}

impl<'f> Component<'f> {
    fn read(text: &'f str) -> Option<Self> {
        let mut parts = text.split(':');
        let name = parts.next().filter(|name| !name.is_empty())?;
        let version = parts.next().filter(|version| !version.is_empty());
        let seats = parts.next().map_or(Some(1), |seats| seats.parse().ok().filter(|seats| *seats > 0))?;
        parts.next().is_none().then_some(Self { name, version, seats })
    }

    fn of(&self, enabling: &Stock<'f>) -> Stock<'f> {
        let count = match enabling.count {
            Count::Of(licenses) => Count::Of(licenses.saturating_mul(self.seats)),
            Count::Uncounted => Count::Uncounted,
        };
        Stock {
            name: self.name,
            version: self.version.unwrap_or(enabling.version),
            count,
            ..enabling.clone()
        }
    }
}
