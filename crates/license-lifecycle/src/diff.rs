use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{Count, Expiry, Feature, License};

mod pools;

use pools::Pools;

/// Something that differs between the license in force and the one offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved<T> {
    /// In the license in force.
    pub from: T,
    /// In the license offered.
    pub to: T,
}

/// What differs between two licenses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// The features that differ, by name and vendor; one that differs in two ways is there twice.
    pub features: Vec<FeatureChange>,
    /// The last day of the license.
    pub expires: Option<Moved<Expiry>>,
    /// The last day of maintenance; inner `None`: no maintenance.
    pub maintenance_until: Option<Moved<Option<Expiry>>>,
    /// The serial number.
    pub serial_number: Option<Moved<Option<String>>>,
}

/// A feature that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureChange {
    /// The feature's name.
    pub name: String,
    /// The vendor, where the two licenses name exactly one.
    pub vendor: Option<String>,
    /// In what it differs.
    pub kind: ChangeKind,
}

/// How a feature differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Only the offered license has it.
    Added(Total),
    /// Only the license in force has it.
    Removed(Total),
    /// Another number of seats.
    Count(Moved<Count>),
    /// Another highest version.
    Version(Moved<Option<String>>),
    /// Other dates.
    Expiry(Moved<Vec<Expiry>>),
}

/// All pools of a feature together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// The sum of the pools' seats.
    pub count: Count,
    /// The highest version of any pool.
    pub version: Option<String>,
    /// Each pool's last day, in order.
    pub expires: Vec<Expiry>,
}

/// Why a license changed, as far as the changes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangeReason {
    /// Maintenance ends later, or there was none.
    MaintenanceExtended,
    /// The license expires later.
    LicenseExtended,
    /// There are new features.
    FeaturesBought,
    /// There are more seats of a feature.
    SeatsBought,
}

impl ChangeReason {
    /// The reason's stable name in snake case.
    pub fn code(self) -> &'static str {
        match self {
            Self::MaintenanceExtended => "maintenance_extended",
            Self::LicenseExtended => "license_extended",
            Self::FeaturesBought => "features_bought",
            Self::SeatsBought => "seats_bought",
        }
    }
}

impl ChangeKind {
    /// The kind's stable name in snake case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Added(_) => "added",
            Self::Removed(_) => "removed",
            Self::Count(_) => "count",
            Self::Version(_) => "version",
            Self::Expiry(_) => "expiry",
        }
    }
}

impl Changes {
    /// Whether the licenses are the same in everything compared here.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether features were added or removed, or differ in seats or version: what users are told about. A mere move
    /// of dates is not at feature level.
    pub fn at_feature_level(&self) -> bool {
        self.features.iter().any(|change| !matches!(change.kind, ChangeKind::Expiry(_)))
    }

    /// Why the license changed: each reason at most once, in the order of [`ChangeReason`].
    pub fn reasons(&self) -> Vec<ChangeReason> {
        let maintenance = self.maintenance_until.as_ref().is_some_and(|moved| match (moved.from, moved.to) {
            (None, Some(to)) => to != Expiry::Unknown,
            (Some(from), Some(to)) => later(from, to),
            (_, None) => false,
        });
        let license = self.expires.as_ref().is_some_and(|moved| later(moved.from, moved.to));
        let any = |wanted: fn(&ChangeKind) -> bool| self.features.iter().any(|change| wanted(&change.kind));
        let bought = any(|kind| matches!(kind, ChangeKind::Added(_)));
        let seats = any(|kind| matches!(kind, ChangeKind::Count(moved) if moved.to > moved.from));
        [
            (maintenance, ChangeReason::MaintenanceExtended),
            (license, ChangeReason::LicenseExtended),
            (bought, ChangeReason::FeaturesBought),
            (seats, ChangeReason::SeatsBought),
        ]
        .into_iter()
        .filter_map(|(applies, reason)| applies.then_some(reason))
        .collect()
    }
}

/// Nothing is later than a date that cannot be read, nor is it later than anything.
fn later(from: Expiry, to: Expiry) -> bool {
    from != Expiry::Unknown && to != Expiry::Unknown && to > from
}

/// Compares two licenses: features by vendor and name, with all pools of one taken together.
///
/// Renames are never guessed: they are one feature less and one more. Where the pools of a name lack the vendor on
/// one side, names alone are compared. The feature that carries the end of maintenance counts as maintenance, not as
/// a feature. Takes time linear in the number of features.
pub fn diff(in_force: &License, offered: &License) -> Changes {
    let moved = |from: &Option<String>, to: &Option<String>| Moved { from: from.clone(), to: to.clone() };
    let (old, new) = (in_force, offered);
    Changes {
        features: feature_changes(old, new),
        expires: (old.expires != new.expires).then_some(Moved { from: old.expires, to: new.expires }),
        maintenance_until: (old.maintenance_until != new.maintenance_until)
            .then_some(Moved { from: old.maintenance_until, to: new.maintenance_until }),
        serial_number: (old.serial_number != new.serial_number)
            .then(|| moved(&old.serial_number, &new.serial_number)),
    }
}

fn feature_changes(in_force: &License, offered: &License) -> Vec<FeatureChange> {
    let maintenance = [&in_force.maintenance_feature, &offered.maintenance_feature];
    let counts = |feature: &&Feature| !maintenance.contains(&&Some(feature.name.clone()));
    let mut by_name: HashMap<&str, Pools<'_>> = HashMap::with_capacity(in_force.features.len());
    for feature in in_force.features.iter().filter(counts) {
        by_name.entry(&feature.name).or_default().in_force(feature);
    }
    for feature in offered.features.iter().filter(counts) {
        by_name.entry(&feature.name).or_default().offered(feature);
    }
    let mut changes = Vec::new();
    for (name, pools) in by_name {
        pools.changes(name, &mut changes);
    }
    changes.sort_by(|a, b| (&a.name, &a.vendor).cmp(&(&b.name, &b.vendor)));
    changes
}

#[cfg(test)]
mod tests;
