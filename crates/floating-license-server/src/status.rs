//! What the server says of itself.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use chrono::NaiveDate;
use license_lifecycle::Count;
use license_lifecycle::lmstat::{ActiveLicense, FeatureUse, Pool, Server, Status, Vendor};

use crate::shelf::Active;

/// The vendor daemon's name for files of other formats, which name none.
const NO_VENDOR: &str = "reference";

/// The status of a server at `address` that uses these licenses: the counts that run on `today`, none in use.
pub(crate) fn status(active: &[Active], address: SocketAddr, today: NaiveDate) -> Status {
    let mut features: BTreeMap<&str, FeatureUse> = BTreeMap::new();
    let mut vendors: Vec<String> = Vec::new();
    let features_today =
        active.iter().flat_map(|active| &active.license.features).filter(|feature| feature.runs_on(today));
    for feature in features_today {
        let vendor = feature.vendor.as_deref().unwrap_or(NO_VENDOR);
        if !vendors.iter().any(|known| known == vendor) {
            vendors.push(vendor.to_owned());
        }
        let entry = features.entry(&feature.name).or_insert_with(|| FeatureUse {
            name: feature.name.clone(),
            issued: Some(0),
            ..FeatureUse::default()
        });
        match (feature.count, entry.issued) {
            (Count::Of(seats), Some(issued)) => entry.issued = Some(issued.saturating_add(seats)),
            (Count::Uncounted, _) => (entry.issued, entry.uncounted) = (None, true),
            (Count::Of(_), None) => {}
        }
        entry.pools.push(Pool {
            version: feature.version.clone().unwrap_or_default(),
            vendor: vendor.to_owned(),
            expiry: feature.expires.date().map(|date| date.format("%-d-%b-%Y").to_string().to_lowercase()),
        });
    }
    Status {
        servers: vec![Server { host: address.ip().to_string(), port: Some(address.port()), up: true }],
        vendors: vendors.into_iter().map(|name| Vendor { name, up: true }).collect(),
        features: features.into_values().collect(),
        licenses: active
            .iter()
            .map(|active| ActiveLicense {
                name: active.name.clone(),
                sha256: active.sha256,
                serial_number: active.license.serial_number.clone(),
                sequence: active.license.sequence,
                activated_at: active.activated_at,
            })
            .collect(),
        ..Status::default()
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use license_lifecycle::flexnet;
    use signed_envelope::Digest;

    use super::*;

    #[test]
    fn what_is_past_or_not_yet_begun_is_not_counted() {
        let text = b"INCREMENT F acmed 1.0 31-dec-2026 5 SIGN=0\n\
                     INCREMENT F acmed 1.0 31-dec-2027 7 SIGN=0\n\
                     INCREMENT F acmed 2.0 permanent 11 START=1-jan-2028 SIGN=0\n\
                     INCREMENT G otherd 1.0 31-dec-2026 1 SIGN=0\n";
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let license = flexnet::read(text).unwrap().license(&flexnet::Rules::default(), day("2026-06-01"));
        let active = [Active {
            digest: Digest::of(text),
            sha256: Digest::of(text),
            name: "a.lic".to_owned(),
            activated_at: DateTime::UNIX_EPOCH,
            license,
            mark: None,
        }];
        for (today, issued, vendors) in [
            ("2026-12-31", vec![("F", 12), ("G", 1)], vec!["acmed", "otherd"]),
            ("2027-01-01", vec![("F", 7)], vec!["acmed"]),
            ("2028-01-01", vec![("F", 11)], vec!["acmed"]),
        ] {
            let status = status(&active, ([127, 0, 0, 1], 1).into(), day(today));
            let found: Vec<_> = status
                .features
                .iter()
                .map(|feature| (feature.name.as_str(), feature.issued.unwrap()))
                .collect();
            assert_eq!(found, issued, "{today}");
            let named: Vec<_> = status.vendors.iter().map(|vendor| vendor.name.as_str()).collect();
            assert_eq!(named, vendors, "{today}");
        }
    }
}
