//! When the license and its maintenance end. A FlexNet file has dates for lines only, so this needs the vendor's rules.
use chrono::NaiveDate;

use super::{MaintenanceSource, Rules, date, stock::Stock, vendor_string, warnings::Warnings};
use crate::Expiry;

/// The license's expiry: that of the base feature, or the one on which all other features agree.
pub(super) fn license(
    stocks: &[Stock<'_>],
    rules: &Rules,
    today: NaiveDate,
    warnings: &mut Warnings,
) -> Expiry {
    if let Some(base) = &rules.base_feature {
        let expiry = latest(stocks.iter().filter(|stock| stock.name == base), today);
        return expiry.unwrap_or_else(|| {
            warnings.add(None, "base_feature_missing", || format!("there is no feature {base:?}"));
            Expiry::Unknown
        });
    }
    let is_maintenance = |stock: &Stock<'_>| match &rules.maintenance {
        MaintenanceSource::Feature(name) => stock.name == name,
        _ => false,
    };
    let effective = stocks.iter().filter(|stock| stock.has_started(today) && !is_maintenance(stock));
    match agreed(effective.map(Stock::expires), today) {
        Agreed::On(expiry) => expiry,
        Agreed::Nothing => {
            warnings.add(None, "no_effective_feature", || "no feature can be used today".to_owned());
            Expiry::Unknown
        }
        Agreed::Not => {
            warnings.add(None, "license_expiry_ambiguous", || {
                "features do not agree on a last day: name the base feature whose expiry is the license's"
                    .to_owned()
            });
            Expiry::Unknown
        }
    }
}

/// The end of maintenance; `None` when the file says nothing about maintenance.
pub(super) fn maintenance(
    stocks: &[Stock<'_>],
    rules: &Rules,
    today: NaiveDate,
    warnings: &mut Warnings,
) -> Option<Expiry> {
    let is_base = |stock: &&Stock<'_>| rules.base_feature.as_ref().is_none_or(|base| stock.name == base);
    match &rules.maintenance {
        MaintenanceSource::Feature(name) => latest(stocks.iter().filter(|stock| stock.name == name), today),
        MaintenanceSource::VendorString(key) => {
            let mut read = |stock: &Stock<'_>| {
                let text = vendor_string::find(stock.grant.attributes.value("VENDOR_STRING")?, key)?;
                Some(date::vendor_expiry(text).unwrap_or_else(|| unreadable(stock.line, text, warnings)))
            };
            let effective = stocks.iter().filter(is_base).filter(|stock| stock.has_started(today));
            let ends: Vec<_> = effective.filter_map(&mut read).collect();
            match agreed(ends.into_iter(), today) {
                Agreed::On(expiry) => Some(expiry),
                Agreed::Nothing => None,
                Agreed::Not => {
                    warnings.add(None, "maintenance_ambiguous", || {
                        format!("{key} of VENDOR_STRING differs between features")
                    });
                    Some(Expiry::Unknown)
                }
            }
        }
        MaintenanceSource::Version if rules.base_feature.is_none() => {
            warnings.add(None, "base_feature_missing", || {
                "maintenance is to be taken from the version of the base feature, but none is named"
                    .to_owned()
            });
            None
        }
        MaintenanceSource::Version => {
            let read = |stock: &Stock<'_>| {
                date::version_expiry(stock.version)
                    .unwrap_or_else(|| unreadable(stock.line, stock.version, warnings))
            };
            stocks.iter().filter(is_base).map(read).max()
        }
    }
}

fn unreadable(line: u32, text: &str, warnings: &mut Warnings) -> Expiry {
    warnings.add(line, "maintenance_unreadable", || format!("end of maintenance {text:?} is no date"));
    Expiry::Unknown
}

/// The latest expiry among the lines that have started, or among all when none has. One that cannot be read may be
/// the latest, so then nothing is known.
fn latest<'s, 'f: 's>(stocks: impl Iterator<Item = &'s Stock<'f>>, today: NaiveDate) -> Option<Expiry> {
    let (started, later): (Vec<_>, Vec<_>) = stocks.partition(|stock| stock.has_started(today));
    let relevant = if started.is_empty() { later } else { started };
    relevant.into_iter().map(Stock::expires).max()
}

enum Agreed {
    Nothing,
    On(Expiry),
    Not,
}

/// What several ends have in common: one day, or that all are past (then the latest is the end).
fn agreed(ends: impl Iterator<Item = Expiry>, today: NaiveDate) -> Agreed {
    let (mut first, mut latest, mut agree, mut past) = (None, None, true, true);
    for end in ends {
        agree &= *first.get_or_insert(end) == end;
        past &= matches!(end, Expiry::On(last_day) if last_day < today);
        latest = latest.max(Some(end));
    }
    match latest {
        None => Agreed::Nothing,
        Some(latest) if agree || past => Agreed::On(latest),
        Some(_) => Agreed::Not,
    }
}
