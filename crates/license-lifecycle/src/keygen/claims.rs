use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::Value;

use crate::{Count, Expiry, Feature, FormatName, License, Refusal, Warning};

/// What a Keygen file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The license. Its expiry is the day, in UTC, of the moment in [`license_expires`](Self::license_expires).
    pub license: License,
    /// The moment at which the license expires; `None`: never, or the file does not include the license.
    pub license_expires: Option<DateTime<Utc>>,
    /// When the file was issued.
    pub issued: DateTime<Utc>,
    /// The moment at which the file itself expires, whatever the license says; `None`: never.
    pub file_expires: Option<DateTime<Utc>>,
    /// The machine that a machine file is for.
    pub fingerprint: Option<String>,
}

#[derive(Deserialize)]
struct Document {
    meta: Meta,
    data: Resource,
    #[serde(default)]
    included: Vec<Resource>,
}

#[derive(Deserialize)]
struct Meta {
    issued: DateTime<Utc>,
    expiry: Option<DateTime<Utc>>,
}

/// A JSON:API resource object, of any type.
#[derive(Deserialize)]
struct Resource {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    #[serde(default)]
    attributes: Attributes,
    #[serde(default)]
    relationships: Relationships,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Attributes {
    expiry: Option<DateTime<Utc>>,
    metadata: Option<Metadata>,
    code: Option<String>,
    fingerprint: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    serial_number: Option<Value>,
    maintenance_until: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Relationships {
    license: Option<Relationship>,
}

#[derive(Deserialize)]
struct Relationship {
    data: Option<Identifier>,
}

#[derive(Deserialize)]
struct Identifier {
    id: String,
}

impl Claims {
    pub(super) fn read(payload: &[u8]) -> Result<Self, Refusal> {
        let document: Document =
            serde_json::from_slice(payload).map_err(|error| Refusal::malformed("keygen file", &error))?;
        let licensed = document.license();
        let mut license = License {
            issued_at: Some(document.meta.issued),
            features: document.entitlements().collect(),
            ..License::new(FormatName::KEYGEN)
        };
        match licensed {
            Some(resource) => resource.fill(&mut license),
            None => {
                license.expires = Expiry::Unknown;
                license.serial_number = document.data.license_id();
                license.warnings.push(Warning::new(
                    None,
                    "license_not_included",
                    "the machine file does not include its license, so nothing is known of its expiry",
                ));
            }
        }
        Ok(Self {
            license,
            license_expires: licensed.and_then(|resource| resource.attributes.expiry),
            issued: document.meta.issued,
            file_expires: document.meta.expiry,
            fingerprint: document.data.attributes.fingerprint.clone(),
        })
    }
}

impl Document {
    /// The license: the data of a license file, included in a machine file.
    fn license(&self) -> Option<&Resource> {
        std::iter::once(&self.data).chain(&self.included).find(|resource| resource.kind == "licenses")
    }

    fn entitlements(&self) -> impl Iterator<Item = Feature> {
        let codes = self.included.iter().filter(|resource| resource.kind == "entitlements");
        codes.filter_map(|resource| resource.attributes.code.clone()).map(|code| Feature {
            name: code,
            vendor: None,
            version: None,
            count: Count::Uncounted,
            expires: Expiry::Never,
            starts: None,
        })
    }
}

impl Resource {
    fn license_id(&self) -> Option<String> {
        Some(self.relationships.license.as_ref()?.data.as_ref()?.id.clone())
    }

    fn fill(&self, license: &mut License) {
        let metadata = self.attributes.metadata.as_ref();
        license.expires = self.attributes.expiry.map(|expiry| expiry.date_naive()).into();
        license.serial_number = metadata.and_then(Metadata::serial_number).or_else(|| Some(self.id.clone()));
        license.maintenance_until = metadata.and_then(Metadata::maintenance_until);
        if license.maintenance_until == Some(Expiry::Unknown) {
            license.warnings.push(Warning::new(
                None,
                "maintenance_unreadable",
                "metadata.maintenanceUntil is neither a date nor a time",
            ));
        }
    }
}

impl Metadata {
    fn serial_number(&self) -> Option<String> {
        match self.serial_number.as_ref()? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A date, or the day in UTC of a time.
    fn maintenance_until(&self) -> Option<Expiry> {
        match self.maintenance_until.as_ref()? {
            Value::Null => None,
            Value::String(text) => Some(day(text).map_or(Expiry::Unknown, Expiry::On)),
            _ => Some(Expiry::Unknown),
        }
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    let time = || text.parse::<DateTime<Utc>>().ok().map(|time| time.date_naive());
    text.parse().ok().or_else(time)
}
