use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use signed_envelope::{Envelope, KeyRing, SigningKey};

use super::{BackOfficeKeys, TYPE, open_back_office_keys};
use crate::Error;

const AUTHORITY: &str = "back.example.com:8443";

fn vendor() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

fn office() -> SigningKey {
    SigningKey::from_seed(&[2; 32])
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn document() -> Value {
    json!({
        "version": 1, "product": "PRISMAdirect", "authority": AUTHORITY, "sequence": 7,
        "issued_at": "2026-11-24T09:00:00Z", "expires_at": "2027-11-24T09:00:00Z",
        "keys": [office().public().to_hex()], "from_a_later_version": true
    })
}

fn envelope(document: &Value) -> Vec<u8> {
    Envelope::sign(TYPE, document.to_string().as_bytes(), &[&vendor()]).to_json()
}

fn open(envelope: &[u8], last: Option<u64>) -> Result<BackOfficeKeys, Error> {
    let trusted = KeyRing::from(vendor().public());
    open_back_office_keys(envelope, &trusted, AUTHORITY, last, at("2026-12-01T00:00:00Z"))
}

#[test]
fn the_vendors_word_makes_keys_of_the_back_office() {
    let envelope = envelope(&document());
    let keys = open(&envelope, None).unwrap();
    assert_eq!(keys.document().sequence, 7);
    assert_eq!(keys.envelope(), envelope);
    assert_eq!(keys.key(&office().public().id()), Some(office().public()));
    assert_eq!(keys.key(&vendor().public().id()), None);
    assert_eq!(keys.ring().keys().len(), 1);
}

#[test]
fn a_lower_sequence_is_refused_the_same_and_a_higher_one_are_not() {
    let envelope = envelope(&document());
    for (last, refused) in [(None, false), (Some(6), false), (Some(7), false), (Some(8), true)] {
        let keys = open(&envelope, last);
        assert_eq!(matches!(keys, Err(Error::LowerSequence { last: 8, found: 7 })), refused, "{last:?}");
        assert_eq!(keys.is_err(), refused, "{last:?}");
    }
}

#[test]
fn keys_count_until_the_moment_they_expire() {
    let envelope = envelope(&document());
    let trusted = KeyRing::from(vendor().public());
    let end = at("2027-11-24T09:00:00Z");
    let open_at = |now| open_back_office_keys(&envelope, &trusted, AUTHORITY, None, now);
    assert!(open_at(end).is_ok());
    let after = open_at(end + TimeDelta::nanoseconds(1));
    assert!(matches!(after, Err(Error::KeysExpired { expires_at }) if expires_at == end));
}

#[test]
fn swapped_keys_are_refused_each_with_its_reason() {
    let other_vendor = SigningKey::from_seed(&[3; 32]);
    let payload = document().to_string();
    let foreign = Envelope::sign(TYPE, payload.as_bytes(), &[&other_vendor]).to_json();
    assert!(matches!(open(&foreign, None), Err(Error::Envelope { .. })));
    let own = Envelope::sign(TYPE, payload.as_bytes(), &[&office()]).to_json();
    assert!(
        matches!(open(&own, None), Err(Error::Envelope { .. })),
        "a back office never vouches for itself"
    );
    let manifest = Envelope::sign("application/json", payload.as_bytes(), &[&vendor()]).to_json();
    assert!(matches!(open(&manifest, None), Err(Error::Envelope { .. })));

    let changed = |field: &str, value: Value| {
        let mut document = document();
        document[field] = value;
        open(&envelope(&document), None)
    };
    for authority in ["back.example.com", "back.example.com:443", "evil.example.com:8443", ""] {
        let refused = changed("authority", authority.into());
        assert!(matches!(refused, Err(Error::WrongAuthority { .. })), "{authority}");
    }
    assert!(changed("authority", "BACK.example.com:8443".into()).is_ok());
    assert!(matches!(changed("version", 2.into()), Err(Error::UnsupportedVersion { found: 2 })));
    for (field, value) in [
        ("version", "1".into()),
        ("sequence", (-1).into()),
        ("keys", json!(["00"])),
        ("expires_at", json!("soon")),
    ] {
        assert!(matches!(changed(field, value), Err(Error::Unreadable { .. })), "{field}");
    }
}

#[test]
fn what_is_no_envelope_is_refused() {
    for bytes in ["", "null", "{}", "<html>407 Proxy Authentication Required</html>"] {
        assert!(matches!(open(bytes.as_bytes(), None), Err(Error::Envelope { .. })), "{bytes}");
    }
}
