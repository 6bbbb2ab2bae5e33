//! What the server says of itself.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use license_lifecycle::Count;
use license_lifecycle::lmstat::{ActiveLicense, FeatureUse, Pool, Server, Status, Vendor};

use crate::shelf::Active;

/// The vendor daemon's name where no license file names one.
const NO_VENDOR: &str = "reference";

/// The status of a server at `address` that uses these licenses: issued counts, none in use.
pub(crate) fn status(active: &[Active], address: SocketAddr) -> Status {
    let mut features: BTreeMap<&str, FeatureUse> = BTreeMap::new();
    let mut vendors: Vec<String> = Vec::new();
    for feature in active.iter().flat_map(|active| &active.license.features) {
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
