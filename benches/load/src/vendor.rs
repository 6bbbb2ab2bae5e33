//! Who signs licenses and the back office's keys.
use back_office::keys::{KeysDocument, TYPE, VERSION};
use chrono::{TimeDelta, Utc};
use license_lifecycle::manifest::{Manifest, ManifestFeature, issue};
use license_lifecycle::{FileBinding, FileName};
use signed_envelope::{Envelope, PublicKey, SigningKey};

pub(crate) const PRODUCT: &str = "PRISMAdirect";

/// A license file with the envelope that vouches for it.
pub(crate) struct Issued {
    pub(crate) envelope: Vec<u8>,
    pub(crate) file: Vec<u8>,
}

/// Issues a license of a usual size.
pub(crate) fn license(vendor: &SigningKey, serial_number: &str, sequence: u64) -> Issued {
    let text = format!("# license {sequence} of {serial_number}\n");
    let file =
        format!("{text}{}", "# a line as long as those of a license file are\n".repeat(60)).into_bytes();
    let feature = ManifestFeature {
        name: "PRISMADIRECT".to_owned(),
        version: None,
        count: Some(sequence),
        expires: None,
    };
    let manifest = Manifest {
        version: 1,
        product: PRODUCT.to_owned(),
        serial_number: serial_number.to_owned(),
        sequence,
        issued_at: Utc::now(),
        expires: None,
        maintenance_until: None,
        features: vec![feature],
        file: FileBinding::of(FileName::new("prismadirect.lic").expect("a good name"), "text", &file),
    };
    let envelope = issue(&manifest, &file, &[vendor]).expect("a license that can be issued").to_json();
    Issued { envelope, file }
}

/// The vendor's word for the key that signs answers.
pub(crate) fn keys(vendor: &SigningKey, key: PublicKey, authority: &str) -> Vec<u8> {
    let document = KeysDocument {
        version: VERSION,
        product: PRODUCT.to_owned(),
        authority: authority.to_owned(),
        sequence: 1,
        issued_at: Utc::now(),
        expires_at: Utc::now() + TimeDelta::days(1),
        keys: vec![key],
    };
    Envelope::sign(TYPE, &serde_json::to_vec(&document).expect("JSON"), &[vendor]).to_json()
}
