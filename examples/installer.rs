//! An installer that asks before it changes anything: does the customer's maintenance contract cover this release?
//!
//! `cargo run --example installer`
use std::{error::Error, fs, path::Path};

use chrono::NaiveDate;
use license_lifecycle::{
    Entitlement, EntitlementReason as Reason, Expiry, FormatName, License, Policy, Release, covers,
    last_covered_release,
};
use semver::Version;

fn main() -> Result<(), Box<dyn Error>> {
    let program = tempfile::tempdir()?;
    fs::write(program.path().join("version"), "1.3.0")?;
    let policy = Policy { checked_since: Some(Version::new(1, 2, 0)) };
    let releases = [
        release("1.3.0", "2027-03-01", None)?,
        release("1.4.0", "2027-11-30", None)?,
        release("1.5.0", "2028-02-15", None)?,
        // A security fix: dated back, so that customers whose maintenance lapsed may install it too.
        release("1.4.1", "2028-03-01", Some("2027-11-30"))?,
    ];
    // In a product this is the license in force: `Records::in_force`, or a file opened with `manifest::open`.
    let license = License {
        maintenance_until: Some(Expiry::On("2027-11-30".parse()?)),
        ..License::new(FormatName::MANIFEST)
    };
    println!("Installed: version {}. Maintenance until 2027-11-30.", installed(program.path())?);

    for wanted in [&releases[2], &releases[1], &releases[3]] {
        println!("\nInstalling version {} of {}:", name(wanted), wanted.released_on);
        let entitlement = covers(&license, wanted, &policy);
        if entitlement.covered() {
            fs::write(program.path().join("version"), name(wanted))?;
            println!("  {} It is installed now.", why(&entitlement));
        } else {
            println!("  {} Nothing was changed.", why(&entitlement));
            match last_covered_release(&license, &releases[..3], &policy) {
                Some(last) => println!("  The last release you may install: version {}.", name(last)),
                None => println!("  There is no release that you may install."),
            }
        }
        println!("  Installed: version {}.", installed(program.path())?);
    }
    let lapsed = covers(&license, &releases[2], &policy);
    assert_eq!((lapsed.reason, installed(program.path())?.as_str()), (Reason::MaintenanceEnded, "1.4.1"));
    Ok(())
}

/// Feature `texts` has these sentences in five languages: `Texts::entitlement`.
fn why(entitlement: &Entitlement) -> String {
    let last = entitlement.last_covered.map(|date| date.to_string()).unwrap_or_default();
    match entitlement.reason {
        Reason::NotChecked => "This version needs no maintenance.".into(),
        Reason::MaintenancePermanent => "Maintenance has no end.".into(),
        Reason::WithinMaintenance => format!("Maintenance covers releases up to {last}."),
        Reason::Backdated => "This is a correction for every customer.".into(),
        Reason::NoMaintenance => "There is no maintenance contract.".into(),
        Reason::MaintenanceEnded => format!("Maintenance covers releases up to {last} only."),
        Reason::MaintenanceUnknown => "The end of maintenance in the license cannot be read.".into(),
    }
}

fn release(version: &str, released_on: &str, backdated_to: Option<&str>) -> Result<Release, Box<dyn Error>> {
    let backdated_to = backdated_to.map(str::parse::<NaiveDate>).transpose()?;
    Ok(Release { version: Some(version.parse()?), released_on: released_on.parse()?, backdated_to })
}

fn name(release: &Release) -> String {
    release.version.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn installed(program: &Path) -> std::io::Result<String> {
    fs::read_to_string(program.join("version"))
}
