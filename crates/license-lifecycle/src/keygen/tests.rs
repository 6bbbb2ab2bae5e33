use aes_gcm::{Aes256Gcm, KeyInit, aead::Aead};
use base64ct::{Base64, Encoding};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use signed_envelope::SigningKey;

use super::*;
use crate::{Count, Expiry};

const NOW: &str = "2026-11-24T09:00:00Z";
const PLAIN: &str = "base64+ed25519";
const SEALED: &str = "aes-256-gcm+ed25519";

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn trust() -> Trust {
    Trust::new(key().public().into(), NOW.parse().unwrap())
}

fn reader(secret: &str) -> Keygen {
    Keygen { secret: Some(secret.into()), fingerprint: Some("FP".into()), ..Keygen::default() }
}

fn license_document() -> Value {
    json!({
        "meta": {"issued": "2026-11-24T08:00:00.000Z", "expiry": "2026-12-08T08:00:00.000Z", "ttl": 1209600},
        "data": {"id": "lic-1", "type": "licenses", "attributes": {
            "key": "KEY", "expiry": "2027-12-31T10:00:00.000Z",
            "metadata": {"serialNumber": "PD-1", "maintenanceUntil": "2027-11-30"}}},
        "included": [
            {"id": "e1", "type": "entitlements", "attributes": {"code": "WEB_SHOP"}},
            {"id": "p1", "type": "products", "attributes": {"name": "other"}}]
    })
}

fn machine_document() -> Value {
    let license = license_document()["data"].clone();
    json!({
        "meta": {"issued": "2026-11-24T08:00:00.000Z", "expiry": null, "ttl": null},
        "data": {"id": "m-1", "type": "machines", "attributes": {"fingerprint": "FP"},
            "relationships": {"license": {"data": {"type": "licenses", "id": "lic-1"}}}},
        "included": [license]
    })
}

fn armour(kind: &str, alg: &str, enc: &str, signature: &[u8]) -> String {
    let json = json!({"enc": enc, "sig": Base64::encode_string(signature), "alg": alg}).to_string();
    let body = Base64::encode_string(json.as_bytes());
    let lines: Vec<&str> =
        body.as_bytes().chunks(60).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {kind} FILE-----\n{}\n-----END {kind} FILE-----\n", lines.join("\n"))
}

/// A file signed over whatever `enc` holds.
fn signed(kind: &str, alg: &str, enc: &str) -> String {
    armour(kind, alg, enc, &key().sign(format!("{}/{enc}", kind.to_lowercase()).as_bytes()))
}

fn plain(kind: &str, document: &Value) -> String {
    signed(kind, PLAIN, &Base64::encode_string(document.to_string().as_bytes()))
}

fn sealed(kind: &str, document: &Value, secret: &str) -> String {
    let cipher = Aes256Gcm::new_from_slice(&Sha256::digest(secret)).unwrap();
    let mut text = cipher.encrypt(&[9; 12].into(), document.to_string().as_bytes()).unwrap();
    let tag = text.split_off(text.len() - 16);
    signed(kind, SEALED, &[&text[..], &[9; 12], &tag].map(Base64::encode_string).join("."))
}

fn code(result: Result<Verified<License>, Refusal>) -> &'static str {
    result.map_or_else(|refusal| refusal.code(), |_| "valid")
}

#[test]
fn a_license_file_is_read_into_the_model() {
    let license = Keygen::default().open(plain("LICENSE", &license_document()).as_bytes(), &trust()).unwrap();
    assert_eq!(license.signers(), [key().public().id()]);
    assert_eq!(license.serial_number.as_deref(), Some("PD-1"));
    assert_eq!(license.expires, Expiry::On("2027-12-31".parse().unwrap()));
    assert_eq!(license.maintenance_until, Some(Expiry::On("2027-11-30".parse().unwrap())));
    assert_eq!(license.issued_at, Some("2026-11-24T08:00:00Z".parse().unwrap()));
    assert_eq!((license.features.len(), &*license.features[0].name), (1, "WEB_SHOP"));
    assert_eq!(license.features[0].count, Count::Uncounted);
}

#[test]
fn encrypted_files_open_with_the_license_key_and_for_machines_the_fingerprint() {
    let license = sealed("LICENSE", &license_document(), "KEY");
    let machine = sealed("MACHINE", &machine_document(), "KEYFP");
    let no_fingerprint = Keygen { fingerprint: None, ..reader("KEY") };
    let other_machine = Keygen { fingerprint: Some("FQ".into()), ..reader("KEY") };
    for (file, reader, expected) in [
        (&license, &reader("KEY"), "valid"),
        (&license, &no_fingerprint, "valid"),
        (&license, &reader("KEZ"), "wrong_secret"),
        (&license, &Keygen::default(), "secret_needed"),
        (&machine, &reader("KEY"), "valid"),
        (&machine, &other_machine, "wrong_secret"),
        (&machine, &no_fingerprint, "secret_needed"),
    ] {
        assert_eq!(code(reader.open(file.as_bytes(), &trust())), expected, "{reader:?}");
    }
    let sealed = verify(license.as_bytes(), &trust()).unwrap();
    assert!(sealed.is_encrypted() && sealed.kind() == Kind::License, "the signature needs no secret");
}

#[test]
fn a_plain_machine_file_is_for_the_machine_it_names() {
    let file = plain("MACHINE", &machine_document());
    let claims = Keygen::default().read_unverified(file.as_bytes()).unwrap();
    assert_eq!(claims.fingerprint.as_deref(), Some("FP"));
    assert_eq!((claims.license.serial_number.as_deref(), claims.file_expires), (Some("PD-1"), None));
    let other = Keygen { fingerprint: Some("FQ".into()), ..Keygen::default() };
    assert_eq!(code(reader("").open(file.as_bytes(), &trust())), "valid");
    assert_eq!(code(other.open(file.as_bytes(), &trust())), "wrong_fingerprint");
}

#[test]
fn a_machine_file_without_its_license_claims_no_expiry() {
    let mut document = machine_document();
    document["included"] = json!([]);
    let license = reader("").open(plain("MACHINE", &document).as_bytes(), &trust()).unwrap();
    assert_eq!((license.expires, license.serial_number.as_deref()), (Expiry::Unknown, Some("lic-1")));
    assert!(license.has_warning("license_not_included"));
}

#[test]
fn the_files_own_dates_are_judged_to_the_second() {
    let file = |issued: &str, expiry: Value| {
        let mut document = license_document();
        document["meta"] = json!({"issued": issued, "expiry": expiry});
        plain("LICENSE", &document)
    };
    for (issued, expiry, expected) in [
        ("2026-11-24T09:05:00Z", json!(null), "valid"),
        ("2026-11-24T09:05:01Z", json!(null), "issued_in_the_future"),
        ("2026-11-01T00:00:00Z", json!("2026-11-24T09:00:01Z"), "valid"),
        ("2026-11-01T00:00:00Z", json!("2026-11-24T09:00:00Z"), "file_expired"),
        ("2026-11-01T00:00:00+02:00", json!("2026-11-24T10:59:59+02:00"), "file_expired"),
    ] {
        let found = Keygen::default().open(file(issued, expiry.clone()).as_bytes(), &trust());
        assert_eq!(code(found), expected, "{issued} {expiry}");
    }
}

#[test]
fn a_license_that_expired_or_never_does_still_opens() {
    for (expiry, expected) in [
        (json!("2020-01-01T00:00:00Z"), Expiry::On("2020-01-01".parse().unwrap())),
        (json!(null), Expiry::Never),
    ] {
        let mut document = license_document();
        document["data"]["attributes"]["expiry"] = expiry;
        let license = Keygen::default().open(plain("LICENSE", &document).as_bytes(), &trust()).unwrap();
        assert_eq!(license.expires, expected);
    }
}

#[test]
fn serial_number_and_maintenance_come_from_metadata_or_not_at_all() {
    for (metadata, serial_number, maintenance, warned) in [
        (
            json!({"serialNumber": 42, "maintenanceUntil": "2027-11-30T23:00:00Z"}),
            "42",
            Some("2027-11-30"),
            false,
        ),
        (json!({"serialNumber": "", "maintenanceUntil": null}), "lic-1", None, false),
        (json!({"maintenanceUntil": "30.11.2027"}), "lic-1", Some("unknown"), true),
        (json!({"maintenanceUntil": 20271130}), "lic-1", Some("unknown"), true),
        (json!(null), "lic-1", None, false),
    ] {
        let mut document = license_document();
        document["data"]["attributes"]["metadata"] = metadata;
        let license = Keygen::default().open(plain("LICENSE", &document).as_bytes(), &trust()).unwrap();
        assert_eq!(license.serial_number.as_deref(), Some(serial_number));
        assert_eq!(license.maintenance_until.map(|end| end.to_string()).as_deref(), maintenance);
        assert_eq!(license.has_warning("maintenance_unreadable"), warned);
    }
}

#[test]
fn what_pasting_adds_is_passed_over() {
    let file = plain("LICENSE", &license_document());
    let digest =
        |text: &str| Keygen::default().open(text.as_bytes(), &trust()).map(|license| license.digest());
    let original = digest(&file).unwrap();
    for pasted in [
        file.replace('\n', "\r\n"),
        format!("\u{feff}  \n{file}\n\n"),
        file.replace('\n', "\n    "),
        file.replace('\n', ""),
    ] {
        assert!(reader("").sniff(pasted.as_bytes()));
        assert_eq!(digest(&pasted).as_ref(), Ok(&original), "{pasted:?}");
    }
}

#[test]
fn the_signature_is_judged_before_anything_inside_is_read() {
    let rubbish = Base64::encode_string(b"not JSON");
    for (file, expected) in [
        (armour("LICENSE", PLAIN, &rubbish, &[0; 64]), "signature_untrusted"),
        (armour("LICENSE", SEALED, "a.b", &[0; 64]), "signature_untrusted"),
        (armour("LICENSE", SEALED, "", &[0; 64]), "signature_untrusted"),
        (signed("LICENSE", PLAIN, &rubbish), "malformed"),
        (signed("MACHINE", PLAIN, &rubbish).replace("MACHINE", "LICENSE"), "signature_untrusted"),
        (plain("LICENSE", &license_document()).replace("LICENSE", "MACHINE"), "signature_untrusted"),
    ] {
        assert_eq!(code(reader("KEY").open(file.as_bytes(), &trust())), expected, "{file}");
    }
}

/// Each of these makes some client panic or read beyond the end.
#[test]
fn missing_parts_and_odd_lengths_are_refused() {
    let sixteen = Base64::encode_string(&[0; 16]);
    let twelve = Base64::encode_string(&[0; 12]);
    let parts = [
        "",
        ".",
        "..",
        "...",
        "AAAA",
        "AAAA.AAAA",
        &format!("AAAA.{twelve}"),
        &format!("AAAA.{twelve}.AAAA"),
        &format!("AAAA.{sixteen}.{sixteen}"),
        &format!("AAAA.{twelve}.{sixteen}.AAAA"),
        "A.A.A",
        "é.é.é",
        "a b.c",
    ];
    for enc in parts {
        let refused = code(reader("KEY").open(signed("LICENSE", SEALED, enc).as_bytes(), &trust()));
        assert_eq!(refused, "malformed", "{enc:?}");
    }
    let good = Base64::encode_string(license_document().to_string().as_bytes());
    for (file, expected) in [
        (armour("LICENSE", PLAIN, &good, &[]), "malformed"),
        (armour("LICENSE", PLAIN, &good, &[0; 63]), "malformed"),
        (armour("LICENSE", PLAIN, &good, &[0; 65]), "malformed"),
        (armour("LICENSE", "base64+rsa-sha256", &good, &[0; 64]), "unsupported_algorithm"),
        (armour("LICENSE", "base64", &good, &[0; 64]), "unsupported_algorithm"),
        (armour("USER", PLAIN, &good, &[0; 64]), "malformed"),
        ("-----BEGIN LICENSE FILE-----".into(), "malformed"),
        ("-----BEGIN LICENSE FILE----------END LICENSE FILE-----".into(), "malformed"),
        ("-----BEGIN LICENSE FILE-----\nA\n-----END LICENSE FILE-----".into(), "malformed"),
        ("-----BEGIN LICENSE FILE-----\ne30=\n-----END MACHINE FILE-----".into(), "malformed"),
        (String::new(), "malformed"),
    ] {
        assert_eq!(code(reader("KEY").open(file.as_bytes(), &trust())), expected, "{file}");
    }
    assert_eq!(code(reader("KEY").open(&[0xff, 0xfe, 0], &trust())), "malformed");
    let large = vec![b' '; crate::MAX_FILE as usize + 1];
    assert_eq!(code(reader("KEY").open(&large, &trust())), "too_large");
}

#[test]
fn the_serial_number_and_the_key_ring_are_held_against_it() {
    let file = plain("LICENSE", &license_document());
    let ours = |serial: &str| Trust { serial_number: Some(serial.into()), ..trust() };
    assert_eq!(code(reader("").open(file.as_bytes(), &ours("PD-1"))), "valid");
    assert_eq!(code(reader("").open(file.as_bytes(), &ours("PD-2"))), "wrong_serial_number");
    let stranger = Trust::new(SigningKey::from_seed(&[8; 32]).public().into(), trust().now);
    assert_eq!(code(reader("").open(file.as_bytes(), &stranger)), "signature_untrusted");
}

#[test]
fn the_secret_is_not_shown() {
    let shown = format!("{:?}", reader("hunter2"));
    assert!(!shown.contains("hunter2") && shown.contains("FP"), "{shown}");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(enc in ".{0,40}", alg in "(aes-256-gcm|base64)\\+ed25519", at in 0..400_usize, byte: u8) {
        let file = signed("LICENSE", &alg, &enc);
        prop_assert_ne!(code(reader("KEY").open(file.as_bytes(), &trust())), "valid");
        let mut bytes = plain("MACHINE", &machine_document()).into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = reader("KEY").open(&bytes, &trust());
        let _ = reader("KEY").open(&bytes[..at], &trust());
        let _ = reader("KEY").read_unverified(&bytes);
    }
}
