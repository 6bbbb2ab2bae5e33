use std::fmt::Display;

use crate::{
    ChangeKind, Expiry, FeatureChange, FormatName, License, Warning, diff,
    flexnet::{self, Limits, Rules},
};

/// The code of the warning that manifest and license file disagree.
pub const DISAGREES: &str = "manifest_disagrees";

/// The most that a warning lists; the rest is counted.
const LISTED: usize = 5;

/// What the license file says otherwise than the manifest that binds it: one sentence for each difference, in English,
/// for release engineers and support. Publishing should refuse a license that has any.
///
/// Only FlexNet files are compared, by the features that count after FlexNet's rules. What one side does not say is no
/// difference: a feature without a version or a date of its own in the manifest (the license's date serves), a file
/// without serial number or maintenance.
pub fn disagreements(license: &License, file: &[u8]) -> Vec<String> {
    match enclosed(license, file) {
        Some(Ok(enclosed)) => differences(license, &enclosed),
        Some(Err(flaw)) => vec![flaw.to_owned()],
        None => Vec::new(),
    }
}

/// Warns of disagreements, and gives the features of a manifest the vendor of the file where that names exactly one.
pub(crate) fn compare(mut license: License, file: &[u8]) -> License {
    let found = match enclosed(&license, file) {
        None => return license,
        Some(Err(flaw)) => vec![flaw.to_owned()],
        Some(Ok(enclosed)) => {
            let found = differences(&license, &enclosed);
            adopt_vendor(&mut license, &enclosed);
            found
        }
    };
    if !found.is_empty() {
        license.warnings.push(Warning::new(None, DISAGREES, listed(&found)));
    }
    license
}

/// What the FlexNet file of a manifest says; `None` when it is in another format.
fn enclosed(license: &License, file: &[u8]) -> Option<Result<License, &'static str>> {
    let bound = license.file.as_ref()?;
    if bound.format != FormatName::FLEXNET.as_str() {
        return None;
    }
    let limits = Limits { file: file.len(), ..Limits::default() };
    Some(match flexnet::read_within(file, limits) {
        Ok(read) if read.has_licenses() => {
            // Which pools there are does not depend on the day; the license's expiry does, and is not compared.
            let day = license.issued_at.unwrap_or_default().date_naive();
            Ok(read.license(&Rules::default(), day))
        }
        Ok(_) => Err("the file holds no license line"),
        Err(_) => Err("the file cannot be read as a FlexNet file"),
    })
}

fn adopt_vendor(license: &mut License, enclosed: &License) {
    let mut vendors = enclosed.features.iter().map(|feature| feature.vendor.as_ref());
    let Some(Some(vendor)) = vendors.next() else { return };
    if vendors.all(|other| other == Some(vendor)) {
        for feature in &mut license.features {
            feature.vendor = Some(vendor.clone());
        }
    }
}

fn differences(license: &License, enclosed: &License) -> Vec<String> {
    let features = diff(license, enclosed).features;
    let mut found: Vec<String> =
        features.iter().filter_map(|change| difference(change, license.expires)).collect();
    let serials = enclosed.serial_number.iter().chain(&enclosed.serial_candidates);
    let ours = license.serial_number.as_ref();
    if serials.clone().count() > 0 && !serials.clone().any(|serial| Some(serial) == ours) {
        let theirs: Vec<&str> = serials.map(String::as_str).collect();
        found.push(said("serial number", ours.map_or("none", String::as_str), theirs.join(", ")));
    }
    if let Some(theirs) = enclosed.maintenance_until
        && license.maintenance_until != Some(theirs)
    {
        let ours = license.maintenance_until.map_or("none".to_owned(), |end| end.to_string());
        found.push(said("maintenance", ours, theirs));
    }
    found
}

fn difference(change: &FeatureChange, license_expires: Expiry) -> Option<String> {
    let name = &change.name;
    match &change.kind {
        ChangeKind::Added(_) => Some(format!("{name}: in the file only")),
        ChangeKind::Removed(_) => Some(format!("{name}: in the manifest only")),
        ChangeKind::Count(count) => {
            let seats =
                |count| Option::<u64>::from(count).map_or("uncounted".to_owned(), |seats| seats.to_string());
            Some(said(&format!("{name}, seats"), seats(count.from), seats(count.to)))
        }
        ChangeKind::Version(version) => {
            let theirs = version.to.as_deref().unwrap_or("none");
            Some(said(&format!("{name}, version"), version.from.as_deref()?, theirs))
        }
        ChangeKind::Expiry(dates) => {
            let undated = dates.from.iter().all(|date| *date == Expiry::Never);
            let as_license = |date: &Expiry| *date == Expiry::Never || *date == license_expires;
            let same = undated && dates.to.iter().all(as_license);
            let list = |dates: &[Expiry]| dates.iter().map(Expiry::to_string).collect::<Vec<_>>().join(", ");
            (!same).then(|| said(&format!("{name}, last day"), list(&dates.from), list(&dates.to)))
        }
    }
}

fn said(what: &str, manifest: impl Display, file: impl Display) -> String {
    format!("{what}: {manifest} in the manifest, {file} in the file")
}

fn listed(found: &[String]) -> String {
    let shown = &found[..found.len().min(LISTED)];
    let more = found.len() - shown.len();
    let rest = if more > 0 { format!("; and {more} more") } else { String::new() };
    format!("manifest and license file disagree: {}{rest}", shown.join("; "))
}

#[cfg(test)]
mod tests;
