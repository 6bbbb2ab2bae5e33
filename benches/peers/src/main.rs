//! The same work done by us and by others, in one run: `cd benches/peers && cargo run --release`.
#[path = "../../micro/measure.rs"]
mod measure;

use aes_gcm::{Aes256Gcm, KeyInit, aead::Aead};
use base64ct::{Base64, Encoding};
use chrono::{DateTime, TimeDelta, Utc};
use keygen_rs::{license::LicenseFileAlgorithm, license_file::LicenseFile};
use license_lifecycle::{Trust, keygen::Keygen};
use measure::{Effort, Row};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use signed_envelope::SigningKey;

const LICENSE_KEY: &str = "ABCD-EFGH-IJKL";

fn main() {
    let effort =
        if std::env::args().any(|argument| argument == "--smoke") { Effort::smoke() } else { Effort::full() };
    let key = SigningKey::from_seed(&[7; 32]);
    // keygen-rs reads the clock and judges the file's dates by it, so this bench has to read it as well.
    let now = Utc::now();
    let document = document(now, 20).to_string();
    let plain = armour(&key, "base64+ed25519", &Base64::encode_string(document.as_bytes()));
    let sealed = armour(&key, "aes-256-gcm+ed25519", &seal(document.as_bytes()));
    let theirs = |certificate: &str| LicenseFile {
        id: String::new(),
        certificate: certificate.into(),
        issued: now,
        expiry: now + TimeDelta::days(14),
        ttl: 1_209_600,
    };
    let (their_plain, their_sealed) = (theirs(&plain), theirs(&sealed));
    let public = key.public().to_hex();
    let trust = Trust::new(key.public().into(), now);
    let ours = Keygen { secret: Some(LICENSE_KEY.into()), ..Keygen::default() };

    let open = effort.ratio(
        || ours.open(plain.as_bytes(), &trust).unwrap(),
        || their_plain.verify_and_decode(&public, LicenseFileAlgorithm::Base64Ed25519).unwrap(),
    );
    let decrypt = effort.ratio(
        || ours.open(sealed.as_bytes(), &trust).unwrap(),
        || {
            their_sealed
                .verify_and_decrypt(&public, LICENSE_KEY, LicenseFileAlgorithm::Aes256GcmEd25519)
                .unwrap()
        },
    );
    let row = |what: &str, found: measure::Ratio| {
        let how = format!("{:.1} µs / {:.1} µs", found.ours / 1e3, found.peer / 1e3);
        Row::new(what, found.ratio, " ×", Some(1.0), how)
    };
    let rows = [
        row("open a Keygen license file with 20 entitlements: ours / keygen-rs 0.14", open),
        row("the same encrypted: ours / keygen-rs 0.14", decrypt),
    ];
    measure::print(&rows);
    if !effort.is_smoke() && rows.iter().any(|row| !row.kept()) {
        std::process::exit(1);
    }
}

fn document(now: DateTime<Utc>, entitlements: usize) -> Value {
    let entitlement = |n: usize| {
        json!({"id": format!("e{n}"), "type": "entitlements",
            "attributes": {"name": format!("Feature {n}"), "code": format!("FEATURE_{n}"), "metadata": {},
                "created": now, "updated": now}})
    };
    json!({
        "meta": {"issued": now, "expiry": now + TimeDelta::days(14), "ttl": 1_209_600},
        "data": {
            "id": "b18e3f3a-3aca-4c4b-92dc-a4d3e1a8c0f2", "type": "licenses",
            "attributes": {
                "name": "Print shop", "key": LICENSE_KEY, "expiry": now + TimeDelta::days(365), "status": "ACTIVE",
                "uses": 0, "suspended": false, "scheme": null, "encrypted": false, "strict": false, "floating": true,
                "protected": true, "version": null, "maxMachines": 5, "maxProcesses": null, "maxUsers": null,
                "maxCores": null, "maxUses": null, "requireHeartbeat": false, "requireCheckIn": false,
                "lastValidated": null, "lastCheckIn": null, "nextCheckIn": null, "lastCheckOut": null,
                "permissions": [], "metadata": {"serialNumber": "PD-1", "maintenanceUntil": "2027-11-30"},
                "created": now, "updated": now},
            "relationships": {"account": {"data": {"type": "accounts", "id": "a1"}}}},
        "included": (0..entitlements).map(entitlement).collect::<Vec<_>>()
    })
}

fn seal(document: &[u8]) -> String {
    let mut text = Aes256Gcm::new_from_slice(&Sha256::digest(LICENSE_KEY))
        .unwrap()
        .encrypt(&[9; 12].into(), document)
        .unwrap();
    let tag = text.split_off(text.len() - 16);
    [&text[..], &[9; 12], &tag].map(Base64::encode_string).join(".")
}

fn armour(key: &SigningKey, alg: &str, enc: &str) -> String {
    let signature = Base64::encode_string(&key.sign(format!("license/{enc}").as_bytes()));
    let body =
        Base64::encode_string(json!({"enc": enc, "sig": signature, "alg": alg}).to_string().as_bytes());
    let lines: Vec<&str> =
        body.as_bytes().chunks(60).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN LICENSE FILE-----\n{}\n-----END LICENSE FILE-----\n", lines.join("\n"))
}
