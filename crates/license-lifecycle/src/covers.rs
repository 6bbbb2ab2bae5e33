use chrono::NaiveDate;
use semver::Version;

use crate::{Expiry, License};

/// A release of the product that someone wants to install.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Its version, where known.
    pub version: Option<Version>,
    /// The day it was released.
    pub released_on: NaiveDate,
    /// An earlier day that counts instead, so that a security fix reaches customers whose maintenance lapsed.
    pub backdated_to: Option<NaiveDate>,
}

/// The product's rules for installing releases. Nothing of any product is built in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The first version that needs maintenance; versions below it (by SemVer precedence) are not checked. `None`:
    /// every release is checked.
    pub checked_since: Option<Version>,
}

/// Whether a release may be installed, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entitlement {
    /// Why, or why not.
    pub reason: EntitlementReason,
    /// The last day whose releases are covered: the end of maintenance, where it has one that can be read.
    pub last_covered: Option<NaiveDate>,
}

/// Why a release may be installed, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntitlementReason {
    /// Covered: the version is below the first one that is checked.
    NotChecked,
    /// Covered: maintenance never ends.
    MaintenancePermanent,
    /// Covered: released while maintenance ran.
    WithinMaintenance,
    /// Covered: released later, but dated back into the time of maintenance.
    Backdated,
    /// Not covered: there is no maintenance.
    NoMaintenance,
    /// Not covered: released after the end of maintenance.
    MaintenanceEnded,
    /// Not covered: the license's end of maintenance cannot be read.
    MaintenanceUnknown,
}

impl Entitlement {
    /// Whether the release may be installed.
    pub fn covered(&self) -> bool {
        self.reason.covered()
    }
}

impl EntitlementReason {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::NotChecked,
        Self::MaintenancePermanent,
        Self::WithinMaintenance,
        Self::Backdated,
        Self::NoMaintenance,
        Self::MaintenanceEnded,
        Self::MaintenanceUnknown,
    ];

    /// Whether the reason is one in favour.
    pub fn covered(self) -> bool {
        match self {
            Self::NotChecked | Self::MaintenancePermanent | Self::WithinMaintenance | Self::Backdated => true,
            Self::NoMaintenance | Self::MaintenanceEnded | Self::MaintenanceUnknown => false,
        }
    }

    /// The reason's stable name in snake case.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotChecked => "not_checked",
            Self::MaintenancePermanent => "maintenance_permanent",
            Self::WithinMaintenance => "within_maintenance",
            Self::Backdated => "backdated",
            Self::NoMaintenance => "no_maintenance",
            Self::MaintenanceEnded => "maintenance_ended",
            Self::MaintenanceUnknown => "maintenance_unknown",
        }
    }
}

/// Whether the maintenance contract covers a release: it does when the release's date, or the date it is dated back
/// to, is not after the last day of maintenance.
///
/// Maintenance alone decides: whether the license itself has expired is another question ([`standing`]). Today's
/// date plays no part either: who had maintenance on the day of the release may install it ever after.
///
/// [`standing`]: crate::standing
pub fn covers(license: &License, release: &Release, policy: &Policy) -> Entitlement {
    use EntitlementReason as Reason;
    let last_covered = license.maintenance_until.and_then(Expiry::date);
    let unchecked = matches!((&release.version, &policy.checked_since), (Some(version), Some(since))
        if version.cmp_precedence(since).is_lt());
    let reason = match license.maintenance_until {
        _ if unchecked => Reason::NotChecked,
        None => Reason::NoMaintenance,
        Some(Expiry::Never) => Reason::MaintenancePermanent,
        Some(Expiry::Unknown) => Reason::MaintenanceUnknown,
        Some(Expiry::On(end)) if release.released_on <= end => Reason::WithinMaintenance,
        Some(Expiry::On(end)) if release.backdated_to.is_some_and(|date| date <= end) => Reason::Backdated,
        Some(Expiry::On(_)) => Reason::MaintenanceEnded,
    };
    Entitlement { reason, last_covered }
}

/// The newest release that the license covers: what an installer names when it has to stop.
///
/// Newest by release date, then by version.
pub fn last_covered_release<'r>(
    license: &License,
    releases: impl IntoIterator<Item = &'r Release>,
    policy: &Policy,
) -> Option<&'r Release> {
    releases
        .into_iter()
        .filter(|release| covers(license, release, policy).covered())
        .max_by(|a, b| (a.released_on, &a.version).cmp(&(b.released_on, &b.version)))
}

#[cfg(test)]
mod tests;
