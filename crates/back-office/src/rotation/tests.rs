use chrono::{DateTime, Utc};
use signed_envelope::{Envelope, SigningKey};

use super::{KeyRotation, ROTATION_TYPE};
use crate::{CarriedEnvelope, Error};

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn keys() -> [SigningKey; 3] {
    [1, 2, 3].map(|seed| SigningKey::from_seed(&[seed; 32]))
}

#[test]
fn a_proof_holds_for_this_installation_and_these_keys_only() {
    let [old, new, other] = keys();
    let rotation = KeyRotation::prove("i-1", old.public().id(), &new);
    assert_eq!(rotation.verify("i-1", old.public().id(), NOW).unwrap(), new.public());

    let refused = |error| matches!(error, Err(Error::WrongProof));
    assert!(refused(rotation.verify("i-2", old.public().id(), NOW)));
    assert!(refused(rotation.verify("i-1", other.public().id(), NOW)));
}

#[test]
fn a_key_is_not_taken_without_its_holders_word() {
    let [old, new, other] = keys();
    let mut stolen = KeyRotation::prove("i-1", old.public().id(), &other);
    stolen.public_key = new.public();
    assert!(matches!(stolen.verify("i-1", old.public().id(), NOW), Err(Error::Envelope { .. })));

    for proof in [
        Envelope::sign("text/plain", b"{}", &[&new]).to_json(),
        Envelope::sign(ROTATION_TYPE, b"not JSON", &[&new]).to_json(),
        b"7".to_vec(),
    ] {
        let proof = CarriedEnvelope::from_bytes(&proof).unwrap();
        let rotation = KeyRotation { public_key: new.public(), proof };
        assert!(rotation.verify("i-1", old.public().id(), NOW).is_err());
    }
}
