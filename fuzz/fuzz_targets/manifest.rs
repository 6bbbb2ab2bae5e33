//! Any payload, signed by a key that is trusted: the reader behind the signature gets to see it.
//!
//! What follows a zero byte is the license file.
#![no_main]
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use license_lifecycle::{Digest, Trust, manifest};
use serde_json::Value;
use signed_envelope::{Envelope, SigningKey};

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_seed(&[7; 32]));

fuzz_target!(|bytes: &[u8]| {
    let (payload, file) = match bytes.iter().position(|byte| *byte == 0) {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &b""[..]),
    };
    let trust = Trust::new(KEY.public().into(), chrono::DateTime::UNIX_EPOCH);
    let payload = bound(payload, file);
    let sealed = |payload_type| Envelope::sign(payload_type, &payload, &[&KEY]).to_json();
    if payload.windows(13).any(|window| window == b"from_sequence") {
        let _ = manifest::open_reset(&sealed(manifest::RESET_TYPE), &trust);
        return;
    }
    let envelope = sealed(manifest::TYPE);
    let read = manifest::read_unverified(&envelope);
    if let Ok(license) = manifest::open(&envelope, file, &trust) {
        assert_eq!(license.digest(), Digest::of(&payload));
        assert!(read.is_ok_and(|read| read.sequence == license.sequence));
        assert!(license.serial_number.as_ref().is_some_and(|serial| !serial.is_empty()));
        let _ = manifest::disagreements(&license, file);
    }
});

/// Fills in length and hash of the file where the payload has a place for them: no fuzzer guesses a hash.
fn bound(payload: &[u8], file: &[u8]) -> Vec<u8> {
    let Ok(mut document) = serde_json::from_slice::<Value>(payload) else { return payload.to_vec() };
    let Some(binding) = document.get_mut("file").and_then(Value::as_object_mut) else {
        return payload.to_vec();
    };
    binding.insert("length".into(), file.len().into());
    binding.insert("sha256".into(), Digest::of(file).to_string().into());
    document.to_string().into_bytes()
}
