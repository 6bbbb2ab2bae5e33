use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use remote_service::license::{Policy, Release, covers};
use semver::Version;
use serde_json::json;

use crate::{
    answer::{Answer, Stop},
    clock::Clock,
    opened,
    reading::Reading,
};

/// Says whether a release may be installed under the license's maintenance: for installers
///
/// Exit code 0: covered; 1: not covered.
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service license covers prismadirect.lic.dsse --release-date 2027-06-01
  remote-service license covers prismadirect.lic --release-date 2027-06-01 --backdated-to 2026-11-30
  remote-service license covers prismadirect.lic --release-date 2027-06-01 --product-version 1.4.0 --checked-since 1.2.0")]
pub(crate) struct Covers {
    /// The license file
    file: PathBuf,
    /// The day on which the release came out
    #[arg(long, value_name = "DATE")]
    release_date: NaiveDate,
    /// An earlier day that counts instead, for security fixes
    #[arg(long, value_name = "DATE")]
    backdated_to: Option<NaiveDate>,
    /// The version that is to be installed
    #[arg(long, value_name = "VERSION")]
    product_version: Option<Version>,
    /// The first version that needs maintenance; below it nothing is checked
    #[arg(long, value_name = "VERSION", requires = "product_version")]
    checked_since: Option<Version>,
    #[command(flatten)]
    reading: Reading,
}

impl Covers {
    pub(crate) fn run(&self, clock: &Clock) -> Result<Answer, Stop> {
        let license = opened::open(&self.file, &self.reading, clock)?.license;
        let release = Release {
            version: self.product_version.clone(),
            released_on: self.release_date,
            backdated_to: self.backdated_to,
        };
        let entitlement = covers(&license, &release, &Policy { checked_since: self.checked_since.clone() });
        let covered = entitlement.covered();
        let reason = entitlement.reason.code();
        let last = entitlement.last_covered;
        let json = json!({ "covered": covered, "reason": reason, "last_covered": last });
        let verdict = if covered { "Covered" } else { "Not covered" };
        let until = last.map_or_else(String::new, |day| format!("; releases up to {day} are"));
        Ok(Answer::yes_or_no(covered, json, format!("{verdict}: {}{until}.\n", reason.replace('_', " "))))
    }
}
