//! From the lines that count to the license.
use chrono::{NaiveDate, NaiveTime};

use super::{
    File, MaintenanceSource, Rules, ends, pool, serial,
    stock::{self, Placed},
    warnings::Warnings,
};
use crate::{FormatName, License};

pub(super) fn license(file: &File<'_>, rules: &Rules, today: NaiveDate) -> License {
    let mut warnings = Warnings::default();
    let grants = stock::current_grants(file, &mut warnings);
    let stocks = stock::take(file, &grants, &mut warnings);
    let mut license = License::new(FormatName::FLEXNET);
    match serial::numbers(&grants, rules).as_slice() {
        [] => {}
        [one] => license.serial_number = Some((*one).to_owned()),
        several => {
            warnings.add(None, "serial_number_ambiguous", || {
                format!("several serial numbers: {}", several.join(", "))
            });
            license.serial_candidates = several.iter().map(|&serial| serial.to_owned()).collect();
        }
    }
    let dates = grants.iter().filter_map(|Placed(_, grant)| grant.attributes.dated());
    license.issued_at = dates.max().map(|date| date.and_time(NaiveTime::MIN).and_utc());
    license.features = pool::features(&stocks, rules);
    license.expires = ends::license(&stocks, rules, today, &mut warnings);
    license.maintenance_until = ends::maintenance(&stocks, rules, today, &mut warnings);
    if let MaintenanceSource::Feature(name) = &rules.maintenance {
        license.maintenance_feature = stocks.iter().any(|stock| stock.name == name).then(|| name.clone());
    }
    license.warnings = file.warnings.clone();
    license.warnings.extend(warnings.into_vec());
    license.warnings.sort_by_key(|warning| warning.line.unwrap_or(u32::MAX)); // as a person goes through the file
    license
}
