//! Opening a manifest costs little more than the one signature it cannot do without.
use license_lifecycle::{
    FileBinding, FileName, Trust,
    manifest::{self, Manifest, ManifestFeature},
};
use signed_envelope::{Envelope, SigningKey};

use crate::measure::{Effort, Ratio, Row};

pub fn rows(effort: &Effort) -> Vec<Row> {
    let key = SigningKey::from_seed(&[7; 32]);
    let public = key.public();
    let trust = Trust::new(public.into(), "2026-11-24T09:00:00Z".parse().unwrap());
    let (envelope, file) = license(&key, 20);
    let json = envelope.to_json();
    let message = signed_bytes(&envelope);
    let signature = key.sign(&message);
    let whole = effort.ratio(
        || manifest::open(&json, &file, &trust).unwrap(),
        || assert!(public.verify(&message, &signature)),
    );
    let license = manifest::open(&json, &file, &trust).unwrap();
    assert_eq!(manifest::disagreements(&license, &file), [""; 0], "the bench wants a license that agrees");
    let compared = effort
        .ratio(|| manifest::disagreements(&license, &file), || assert!(public.verify(&message, &signature)));
    let how = |found: &Ratio| {
        format!("{:.1} µs / {:.1} µs, {} bytes", found.ours / 1e3, found.peer / 1e3, message.len())
    };
    vec![
        Row::new(
            "open a manifest with 20 features / verify_strict of the same bytes",
            whole.ratio,
            " ×",
            Some(1.5),
            how(&whole),
        ),
        Row::new(
            "compare it with its FlexNet file, once per offer / the same",
            compared.ratio,
            " ×",
            None,
            how(&compared),
        ),
    ]
}

/// What DSSE signs (protocol, v1.0.2).
fn signed_bytes(envelope: &Envelope) -> Vec<u8> {
    let (name, payload) = (envelope.payload_type(), envelope.unverified_payload());
    let mut bytes = format!("DSSEv1 {} {name} {} ", name.len(), payload.len()).into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

/// A license whose manifest and file agree.
pub fn license(key: &SigningKey, features: usize) -> (Envelope, Vec<u8>) {
    let file: String = (0..features)
        .map(|n| format!("INCREMENT FEATURE_{n} ocevd 1.2 31-dec-2027 10 SN=PD-1 ISSUED=1-jan-2026 SIGN=\"00A1 22B3\"\n"))
        .collect();
    let feature = |n| ManifestFeature {
        name: format!("FEATURE_{n}"),
        version: Some("1.2".into()),
        count: Some(10),
        expires: None,
    };
    let manifest = Manifest {
        version: 1,
        product: "PRISMAdirect".into(),
        serial_number: "PD-1".into(),
        sequence: 7,
        issued_at: "2026-11-24T09:00:00Z".parse().unwrap(),
        expires: "2027-12-31".parse().ok(),
        maintenance_until: None,
        features: (0..features).map(feature).collect(),
        file: FileBinding::of(FileName::new("prismadirect.lic").unwrap(), "flexnet", file.as_bytes()),
    };
    (manifest::issue(&manifest, file.as_bytes(), &[key]).unwrap(), file.into_bytes())
}
