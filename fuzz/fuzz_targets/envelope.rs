//! Any bytes as an envelope: what is read can be written and read again, and nothing opens that nobody signed.
#![no_main]
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use signed_envelope::{Envelope, KeyRing, SigningKey};

static RING: LazyLock<KeyRing> = LazyLock::new(|| SigningKey::from_seed(&[7; 32]).public().into());

fuzz_target!(|bytes: &[u8]| {
    let Ok(envelope) = Envelope::parse(bytes) else { return };
    let json = envelope.to_json();
    assert_eq!(Envelope::parse(&json).ok().map(|again| again.to_json()), Some(json));
    assert!(RING.open(&envelope, envelope.payload_type(), chrono::DateTime::UNIX_EPOCH).is_err());
});
