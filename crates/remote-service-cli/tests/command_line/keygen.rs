//! Keygen license and machine files, made here as <https://keygen.sh/docs/api/cryptography/> describes them.
use std::fs;

use aes_gcm::{Aes256Gcm, KeyInit, aead::Aead};
use base64ct::{Base64, Encoding};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use signed_envelope::SigningKey;
use tempfile::TempDir;

use crate::run_in;

const KEY: &str = "E4F2-9A1B-KEY";
const FINGERPRINT: &str = "4e:2a:00:17";

fn license() -> Value {
    json!({
        "meta": {"issued": "2026-11-24T08:00:00Z", "expiry": "2026-12-08T08:00:00Z", "ttl": 1_209_600},
        "data": {"id": "lic-1", "type": "licenses", "attributes": {
            "key": KEY, "expiry": "2027-12-31T10:00:00Z",
            "metadata": {"serialNumber": "PD-1", "maintenanceUntil": "2027-11-30"}}},
        "included": [{"id": "e1", "type": "entitlements", "attributes": {"code": "WEB_SHOP"}}],
    })
}

fn machine() -> Value {
    json!({
        "meta": {"issued": "2026-11-24T08:00:00Z", "expiry": null, "ttl": null},
        "data": {"id": "m-1", "type": "machines", "attributes": {"fingerprint": FINGERPRINT},
            "relationships": {"license": {"data": {"type": "licenses", "id": "lic-1"}}}},
        "included": [license()["data"]],
    })
}

fn file(kind: &str, algorithm: &str, enc: &str, key: &SigningKey) -> String {
    let signature = key.sign(format!("{}/{enc}", kind.to_lowercase()).as_bytes());
    let body = json!({ "enc": enc, "sig": Base64::encode_string(&signature), "alg": algorithm }).to_string();
    format!(
        "-----BEGIN {kind} FILE-----\n{}\n-----END {kind} FILE-----\n",
        Base64::encode_string(body.as_bytes())
    )
}

fn plain(kind: &str, document: &Value, key: &SigningKey) -> String {
    file(kind, "base64+ed25519", &Base64::encode_string(document.to_string().as_bytes()), key)
}

fn encrypted(kind: &str, document: &Value, secret: &str, key: &SigningKey) -> String {
    let cipher = Aes256Gcm::new_from_slice(&Sha256::digest(secret)).unwrap();
    let mut text = cipher.encrypt(&[9; 12].into(), document.to_string().as_bytes()).unwrap();
    let tag = text.split_off(text.len() - 16);
    let enc = [&text[..], &[9; 12], &tag].map(Base64::encode_string).join(".");
    file(kind, "aes-256-gcm+ed25519", &enc, key)
}

/// A folder with plain and encrypted files of both kinds, and the account's public key.
fn shop() -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    let key = SigningKey::generate().unwrap();
    for (name, text) in [
        ("license.lic", plain("LICENSE", &license(), &key)),
        ("sealed.lic", encrypted("LICENSE", &license(), KEY, &key)),
        ("machine.lic", encrypted("MACHINE", &machine(), &format!("{KEY}{FINGERPRINT}"), &key)),
        ("changed.lic", plain("LICENSE", &license(), &key).replacen("FILE-----\ne", "FILE-----\nf", 1)),
        ("secret.txt", format!("{KEY}\n")),
        ("other.txt", "another\n".to_owned()),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    (folder, key.public().to_hex())
}

#[test]
fn a_keygen_file_is_verified_before_it_is_believed() {
    let (folder, key) = shop();
    let stranger = SigningKey::generate().unwrap().public().to_hex();
    let at = ["--today", "2026-11-25"];
    let opened = ["--secret-file", "secret.txt", "--fingerprint", FINGERPRINT];
    for (arguments, exit, reason) in [
        (&["license.lic", "--key", &key][..], 0, Value::Null),
        (&["license.lic", "--key", &stranger], 1, json!("signature_untrusted")),
        (&["license.lic", "--key", &key, "--serial-number", "PD-2"], 1, json!("wrong_serial_number")),
        (&["license.lic", "--key", &key, "--today", "2026-12-09"], 1, json!("file_expired")),
        (&["license.lic", "--key", &key, "--today", "2026-11-20"], 1, json!("issued_in_the_future")),
        (&["changed.lic", "--key", &key], 1, json!("malformed")),
        (&["sealed.lic", "--key", &key], 0, Value::Null),
        (&["sealed.lic", "--key", &key, "--secret-file", "other.txt"], 1, json!("wrong_secret")),
        (&[&["sealed.lic", "--key", &key], &opened[..2]].concat(), 0, Value::Null),
        (&[&["machine.lic", "--key", &key], &opened[..2]].concat(), 1, json!("secret_needed")),
        (&[&["machine.lic", "--key", &key], &opened[..]].concat(), 0, Value::Null),
    ] {
        let later = if arguments.contains(&"--today") { &[][..] } else { &at };
        let (found, json) = run_in(folder.path(), &[&["license", "verify"], arguments, later].concat());
        assert_eq!((found, &json["reason"]), (exit, &reason), "{arguments:?}: {json}");
    }
}

#[test]
fn verify_says_what_it_could_not_decrypt_and_that_the_license_itself_has_expired() {
    let (folder, key) = shop();
    let verify = |more: &[&str]| {
        let at = ["--key", &key, "--today", "2026-11-25"];
        run_in(folder.path(), &[&["license", "verify"], more, &at].concat()).1
    };
    let unread = verify(&["sealed.lic"]);
    assert_eq!((&unread["encrypted"], &unread["decrypted"]), (&json!(true), &json!(false)));
    assert_eq!(unread["serial_number"], Value::Null);
    let read = verify(&["sealed.lic", "--secret-file", "secret.txt"]);
    assert_eq!((&read["decrypted"], &read["serial_number"]), (&json!(true), &json!("PD-1")));
    assert_eq!(
        (&read["license_expires"], &read["license_expired"]),
        (&json!("2027-12-31T10:00:00Z"), &json!(false))
    );

    let signed = SigningKey::generate().unwrap();
    let mut lapsed = license();
    lapsed["data"]["attributes"]["expiry"] = json!("2026-11-24T09:00:00Z");
    fs::write(folder.path().join("lapsed.lic"), plain("LICENSE", &lapsed, &signed)).unwrap();
    let public = signed.public().to_hex();
    let lapsed = ["license", "verify", "lapsed.lic", "--key", &public, "--today", "2026-11-25"];
    let (exit, json) = run_in(folder.path(), &lapsed);
    assert_eq!((exit, &json["license_expired"]), (0, &json!(true)), "the verdict is about the file");
}

#[test]
fn inspect_reads_the_model_out_of_a_keygen_file() {
    let (folder, key) = shop();
    let inspect = |more: &[&str]| run_in(folder.path(), &[&["license", "inspect"], more].concat());
    let (exit, json) = inspect(&["license.lic"]);
    assert_eq!((exit, &json["format"], &json["verified"]), (0, &json!("keygen"), &json!(false)));
    assert_eq!((&json["serial_number"], &json["expires"]), (&json!("PD-1"), &json!("2027-12-31")));
    assert_eq!(json["maintenance_until"], json!("2027-11-30"));
    assert_eq!(
        (&json["features"][0]["name"], &json["features"][0]["count"]),
        (&json!("WEB_SHOP"), &Value::Null)
    );
    let (exit, json) = inspect(&["license.lic", "--key", &key, "--today", "2026-11-25"]);
    assert_eq!((exit, &json["verified"]), (0, &json!(true)));
    let (exit, json) = inspect(&["sealed.lic"]);
    assert_eq!((exit, &json["reason"]), (2, &json!("secret_needed")), "without its key nothing can be read");
    let (exit, json) = inspect(&["changed.lic", "--key", &key]);
    assert_eq!((exit, &json["reason"]), (1, &json!("malformed")));
}
