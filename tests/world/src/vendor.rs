//! Who makes the product, sells licenses for it and signs them.

use chrono::{DateTime, NaiveDate, Utc};
use license_lifecycle::manifest::{self, Manifest, ManifestFeature, Reset};
use license_lifecycle::{Expiry, FileBinding, FileName};
use signed_envelope::{KeyRing, SigningKey};

/// The product of every demo.
pub const PRODUCT: &str = "PRISMAdirect";
/// The serial number of every demo's installation.
pub const SERIAL_NUMBER: &str = "PD-0012345";

/// A vendor with a signing key.
#[derive(Clone, Debug)]
pub struct Vendor {
    /// Signs manifests and the back office's keys.
    pub key: SigningKey,
}

/// What a license says, in the vendor's order form.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Issue number.
    pub sequence: u64,
    /// Whose license it is.
    pub serial_number: String,
    /// When it is issued.
    pub issued_at: DateTime<Utc>,
    /// The last day of the license.
    pub expires: NaiveDate,
    /// The last day of maintenance.
    pub maintenance_until: NaiveDate,
    /// Name and seats.
    pub features: Vec<(&'static str, u64)>,
}

/// A license as it is published: envelope and file.
#[derive(Clone, Debug)]
pub struct SignedLicense {
    /// The manifest envelope.
    pub envelope: Vec<u8>,
    /// The FlexNet license file.
    pub file: Vec<u8>,
}

impl Vendor {
    /// A vendor with a fresh key.
    pub fn new() -> Self {
        Self { key: SigningKey::generate().expect("random numbers") }
    }

    /// What a product pins.
    pub fn keys(&self) -> KeyRing {
        KeyRing::from(self.key.public())
    }

    /// Issues a license: FlexNet lines, and the manifest that binds them.
    pub fn issue(&self, terms: &Terms) -> SignedLicense {
        let file = terms.flexnet();
        let manifest = Manifest {
            version: 1,
            product: PRODUCT.to_owned(),
            serial_number: terms.serial_number.clone(),
            sequence: terms.sequence,
            issued_at: terms.issued_at,
            expires: Some(terms.expires),
            maintenance_until: Some(Expiry::On(terms.maintenance_until)),
            features: terms
                .features
                .iter()
                .map(|(name, seats)| ManifestFeature {
                    name: (*name).to_owned(),
                    version: Some("1.4".to_owned()),
                    count: Some(*seats),
                    expires: Some(terms.expires),
                })
                .collect(),
            file: FileBinding::of(FileName::new("prismadirect.lic").expect("a good name"), "flexnet", &file),
        };
        let envelope = manifest::issue(&manifest, &file, &[&self.key]).expect("a license that can be issued");
        SignedLicense { envelope: envelope.to_json(), file }
    }

    /// Allows the sequence of [`SERIAL_NUMBER`] to go back from a mistyped one.
    pub fn reset(&self, from_sequence: u64, to_sequence: u64, now: DateTime<Utc>) -> Vec<u8> {
        let reset = Reset {
            version: 1,
            product: PRODUCT.to_owned(),
            serial_number: SERIAL_NUMBER.to_owned(),
            from_sequence,
            to_sequence,
            known_time: now,
            issued_at: now,
        };
        manifest::issue_reset(&reset, &[&self.key]).expect("a reset that can be issued").to_json()
    }
}

impl Default for Vendor {
    fn default() -> Self {
        Self::new()
    }
}

impl Terms {
    /// A license for a year from `now`, with maintenance for half of it.
    pub fn first(now: DateTime<Utc>) -> Self {
        let today = now.date_naive();
        Self {
            sequence: 1,
            serial_number: SERIAL_NUMBER.to_owned(),
            issued_at: now,
            expires: today + chrono::Months::new(12),
            maintenance_until: today + chrono::Months::new(6),
            features: vec![("PRISMADIRECT", 1), ("WEB_SHOP", 5)],
        }
    }

    /// The next issue: a year more of maintenance, one more feature, five more seats.
    pub fn renewal(&self, now: DateTime<Utc>) -> Self {
        let mut renewal = Self { sequence: self.sequence + 1, issued_at: now, ..self.clone() };
        renewal.maintenance_until = self.maintenance_until + chrono::Months::new(12);
        renewal.expires = renewal.expires.max(renewal.maintenance_until);
        for (_, seats) in renewal.features.iter_mut().filter(|(name, _)| *name == "WEB_SHOP") {
            *seats += 5;
        }
        renewal.features.push(("COLOR_MANAGEMENT", 1));
        renewal
    }

    fn flexnet(&self) -> Vec<u8> {
        let mut text = String::from("SERVER this_host ANY 27000\nVENDOR prismad\n");
        for (name, seats) in &self.features {
            let expires = self.expires.format("%-d-%b-%Y").to_string().to_lowercase();
            let serial = &self.serial_number;
            text.push_str(&format!("INCREMENT {name} prismad 1.4 {expires} {seats} SN={serial} \\\n"));
            text.push_str(&format!("\tISSUED={} SIGN=\"00AA\"\n", self.issued_at.format("%-d-%b-%Y")));
        }
        text.into_bytes()
    }
}
