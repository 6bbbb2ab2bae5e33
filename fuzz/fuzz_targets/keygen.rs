//! Any bytes as a Keygen file, and any content of one that is signed by a key that is trusted.
//!
//! The first byte chooses the kind of file, its algorithm, and whether the rest is the file, its `enc`, or its payload.
#![no_main]
use std::sync::LazyLock;

use base64ct::{Base64, Encoding};
use libfuzzer_sys::fuzz_target;
use license_lifecycle::{Trust, keygen::Keygen};
use serde_json::json;
use signed_envelope::SigningKey;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_seed(&[7; 32]));

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let kind = if choice & 1 == 0 { "LICENSE" } else { "MACHINE" };
    let alg = if choice & 2 == 0 { "base64+ed25519" } else { "aes-256-gcm+ed25519" };
    let file = match choice & 12 {
        0 => rest.to_vec(),
        4 => signed(kind, alg, &String::from_utf8_lossy(rest)),
        _ => signed(kind, "base64+ed25519", &Base64::encode_string(rest)),
    };
    let trust = Trust::new(KEY.public().into(), chrono::DateTime::UNIX_EPOCH);
    let keygen = Keygen { secret: Some("KEY".into()), fingerprint: Some("FP".into()), ..Keygen::default() };
    if let Ok(license) = keygen.open(&file, &trust) {
        assert_eq!(
            keygen.read_unverified(&file).ok().map(|claims| claims.license),
            Some(license.into_inner())
        );
    }
});

fn signed(kind: &str, alg: &str, enc: &str) -> Vec<u8> {
    let signature = KEY.sign(format!("{}/{enc}", kind.to_lowercase()).as_bytes());
    let json = json!({"enc": enc, "sig": Base64::encode_string(&signature), "alg": alg}).to_string();
    let body = Base64::encode_string(json.as_bytes());
    format!("-----BEGIN {kind} FILE-----\n{body}\n-----END {kind} FILE-----\n").into_bytes()
}
