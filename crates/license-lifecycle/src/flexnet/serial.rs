//! The serial number: `SN=`, or where the vendor says it stands.
use std::collections::HashSet;

use super::{Grant, Rules, SerialSource, stock::Placed, vendor_string};

/// All serial numbers of these grants, each once: those of `SN=`, or of the configured place when there is no `SN=`.
pub(super) fn numbers<'f>(grants: &[Placed<'f, Grant<'f>>], rules: &Rules) -> Vec<&'f str> {
    let named = distinct(grants, |grant| grant.attributes.value("SN").map(str::trim));
    match &rules.serial_number {
        Some(source) if named.is_empty() => {
            let (place, key) = match source {
                SerialSource::VendorString(key) => ("VENDOR_STRING", key),
                SerialSource::Notice(key) => ("NOTICE", key),
            };
            distinct(grants, |grant| vendor_string::find(grant.attributes.value(place)?, key))
        }
        _ => named,
    }
}

fn distinct<'f>(
    grants: &[Placed<'f, Grant<'f>>],
    serial: impl Fn(&'f Grant<'f>) -> Option<&'f str>,
) -> Vec<&'f str> {
    let mut seen = HashSet::new();
    let serials = grants.iter().filter_map(|Placed(_, grant)| serial(grant));
    serials.filter(|serial| !serial.is_empty() && seen.insert(*serial)).collect()
}
