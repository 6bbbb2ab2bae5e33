//! Offers for the tests of outbox, records and delivery.
use chrono::{DateTime, TimeDelta, Utc};
use signed_envelope::Digest;

use super::Offer;
use crate::{Count, Expiry, Feature, FileName, FormatName, License, server::LicenseFile};

/// A signed license of serial number PD-1 with this many seats.
pub(crate) fn signed(sequence: u64, seats: u64) -> Offer {
    let mut license = License::new(FormatName::MANIFEST);
    license.serial_number = Some("PD-1".to_owned());
    license.sequence = Some(sequence);
    license.issued_at = Some(second(0) - TimeDelta::days(1));
    license.features.push(Feature {
        name: "WEB_SHOP".to_owned(),
        vendor: None,
        version: Some("1.2".to_owned()),
        count: Count::Of(seats),
        expires: Expiry::Never,
        starts: None,
    });
    let file = LicenseFile {
        name: name("prismadirect.lic"),
        bytes: format!("license file {sequence} of {seats} seats\r\n").into_bytes(),
        envelope: Some(format!("envelope {sequence} {seats}").into_bytes()),
    };
    Offer {
        digest: Digest::of(format!("payload {sequence} {seats}").as_bytes()),
        license,
        signed: true,
        file,
    }
}

pub(crate) fn unsigned(text: &str) -> Offer {
    let file =
        LicenseFile { name: name("imported.lic"), bytes: text.into(), envelope: Some(b"none".to_vec()) };
    Offer::unsigned(License::new(FormatName::FLEXNET), file)
}

pub(crate) fn name(name: &str) -> FileName {
    FileName::new(name).unwrap()
}

/// So many seconds after nine o'clock on 24 November 2026.
pub(crate) fn second(second: i64) -> DateTime<Utc> {
    "2026-11-24T09:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::seconds(second)
}
