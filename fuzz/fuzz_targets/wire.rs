//! Any bytes as each message of the protocol, and as a list of keys that the vendor signed: what is read can be written
//! and read again.
#![no_main]
use std::fmt::Debug;
use std::sync::LazyLock;

use back_office::keys::{TYPE, open_back_office_keys};
use back_office::{
    AuditBatch, Decision, EnrollmentAnswer, EnrollmentRequest, Events, KeyRotation, OfferState,
    OfferedLicense, Presence, Problem, SessionReport,
};
use libfuzzer_sys::fuzz_target;
use serde::{Serialize, de::DeserializeOwned};
use signed_envelope::{Envelope, SigningKey};

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_seed(&[7; 32]));

fuzz_target!(|bytes: &[u8]| {
    same_again::<AuditBatch>(bytes);
    same_again::<Decision>(bytes);
    same_again::<EnrollmentAnswer>(bytes);
    same_again::<EnrollmentRequest>(bytes);
    same_again::<KeyRotation>(bytes);
    same_again::<OfferState>(bytes);
    same_again::<OfferedLicense>(bytes);
    same_again::<Presence>(bytes);
    same_again::<Problem>(bytes);
    same_again::<SessionReport>(bytes);
    if let Ok(events) = serde_json::from_slice::<Events>(bytes) {
        // Events of an unknown type are read, and never written.
        let _ = serde_json::to_vec(&events);
    }
    if let Ok(rotation) = serde_json::from_slice::<KeyRotation>(bytes) {
        assert!(rotation.verify("i-1", KEY.public().id(), chrono::DateTime::UNIX_EPOCH).is_err());
    }
    let keys = Envelope::sign(TYPE, bytes, &[&KEY]).to_json();
    let trusted = KEY.public().into();
    if let Ok(keys) = open_back_office_keys(&keys, &trusted, "a", Some(1), chrono::DateTime::UNIX_EPOCH) {
        assert!(keys.document().authority.eq_ignore_ascii_case("a") && keys.document().sequence >= 1);
    }
});

fn same_again<T: Serialize + DeserializeOwned + Debug>(bytes: &[u8]) {
    let Ok(message) = serde_json::from_slice::<T>(bytes) else { return };
    let written = serde_json::to_value(&message).expect("what was read can be written");
    let again: T = serde_json::from_value(written.clone()).expect("what was written can be read");
    assert_eq!(serde_json::to_value(again).ok(), Some(written));
    let _ = format!("{message:?}");
}
