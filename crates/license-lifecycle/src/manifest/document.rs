use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{Expiry, Feature, FileBinding, FormatName, License, Refusal};

/// The version of the document that is read and written here.
pub(super) const VERSION: u64 = 1;

/// The JSON document of a manifest, version 1. Unknown fields are ignored, another version is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always 1.
    pub version: u64,
    /// The product, compared exactly.
    pub product: String,
    /// The serial number of the installation, compared exactly.
    pub serial_number: String,
    /// The issue number: every issue for the same serial number has a higher one.
    pub sequence: u64,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// The last day on which the product may run; `null`: no end.
    pub expires: Option<NaiveDate>,
    /// The last day of maintenance, or `"never"` when it has no end; `null`: no maintenance.
    pub maintenance_until: Option<Expiry>,
    /// What the license allows.
    pub features: Vec<ManifestFeature>,
    /// The license file.
    pub file: FileBinding,
}

/// One feature in a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFeature {
    /// The name, compared exactly.
    pub name: String,
    /// The highest version allowed.
    pub version: Option<String>,
    /// Seats, at least 1; `null`: uncounted.
    pub count: Option<u64>,
    /// The feature's own last day; `null`: it has none.
    pub expires: Option<NaiveDate>,
}

impl Manifest {
    /// Reads the JSON of a payload.
    pub(super) fn read(payload: &[u8]) -> Result<Self, Refusal> {
        #[derive(Deserialize)]
        struct Version {
            version: u64,
        }
        let unsupported = |found: u64| Refusal::UnsupportedVersion { found };
        let manifest = match serde_json::from_slice::<Self>(payload) {
            Ok(manifest) if manifest.version != VERSION => return Err(unsupported(manifest.version)),
            Ok(manifest) => manifest,
            Err(error) => match serde_json::from_slice::<Version>(payload) {
                Ok(other) if other.version != VERSION => return Err(unsupported(other.version)),
                _ => return Err(Refusal::malformed("manifest", &error)),
            },
        };
        match manifest.flaw() {
            Some(flaw) => Err(Refusal::Malformed { part: "manifest", detail: flaw.to_owned() }),
            None => Ok(manifest),
        }
    }

    /// What the JSON's types cannot say.
    pub(super) fn flaw(&self) -> Option<&'static str> {
        match self {
            _ if self.version != VERSION => Some("version is not 1"),
            _ if self.product.is_empty() => Some("product is empty"),
            _ if self.serial_number.is_empty() => Some("serial_number is empty"),
            _ if self.maintenance_until == Some(Expiry::Unknown) => Some("maintenance_until is not a date"),
            _ if self.features.iter().any(|feature| feature.name.is_empty()) => Some("a feature has no name"),
            _ if self.features.iter().any(|feature| feature.count == Some(0)) => {
                Some("a feature has no seats")
            }
            _ => None,
        }
    }

    pub(super) fn into_license(self) -> License {
        License {
            product: Some(self.product),
            serial_number: Some(self.serial_number),
            sequence: Some(self.sequence),
            issued_at: Some(self.issued_at),
            expires: self.expires.into(),
            maintenance_until: self.maintenance_until,
            features: self.features.into_iter().map(Feature::from).collect(),
            file: Some(self.file),
            ..License::new(FormatName::MANIFEST)
        }
    }
}

impl From<ManifestFeature> for Feature {
    fn from(feature: ManifestFeature) -> Self {
        Self {
            name: feature.name,
            vendor: None,
            version: feature.version,
            count: feature.count.into(),
            expires: feature.expires.into(),
            starts: None,
        }
    }
}
