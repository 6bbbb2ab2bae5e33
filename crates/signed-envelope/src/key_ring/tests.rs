use super::*;
use crate::SigningKey;

const TYPE: &str = "text/plain";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

/// A ring of the keys with these seeds and ends.
fn ring(keys: &[(u8, Option<i64>)]) -> KeyRing {
    let trusted =
        |&(seed, end): &(u8, Option<i64>)| TrustedKey { key: key(seed).public(), not_after: end.map(at) };
    KeyRing::new(keys.iter().map(trusted).collect())
}

fn signed_by(seeds: &[u8]) -> Envelope {
    let keys: Vec<_> = seeds.iter().map(|&seed| key(seed)).collect();
    Envelope::sign(TYPE, b"payload", &keys.iter().collect::<Vec<_>>())
}

fn outcome(ring: &KeyRing, envelope: &Envelope, now: i64) -> String {
    match ring.open(envelope, TYPE, at(now)) {
        Ok(opened) => format!("opened by {}", opened.signers.len()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn threshold_counts_distinct_trusted_keys() {
    let ring = ring(&[(1, None), (2, None), (3, None)]).with_threshold(2).unwrap();
    for (seeds, expected) in [
        (&[1, 2][..], "opened by 2"),
        (&[3, 9, 2, 1][..], "opened by 3"),
        (&[1, 1, 1][..], "signed by 1 trusted keys, 2 are needed"),
        (&[1, 9][..], "signed by 1 trusted keys, 2 are needed"),
        (&[9][..], "no signature by a trusted key"),
        (&[][..], "no signature by a trusted key"),
    ] {
        assert_eq!(outcome(&ring, &signed_by(seeds), 0), expected, "{seeds:?}");
    }
}

#[test]
fn one_key_given_twice_counts_once_and_ends_early() {
    let ring = ring(&[(1, None), (1, Some(10)), (1, Some(20))]);
    assert_eq!(ring.keys(), [TrustedKey { key: key(1).public(), not_after: Some(at(10)) }]);
    assert!(ring.with_threshold(2).is_err());
}

#[test]
fn a_threshold_fits_the_ring() {
    let two = ring(&[(1, None), (2, None)]);
    for (threshold, fits) in [(0, false), (1, true), (2, true), (3, false)] {
        assert_eq!(two.clone().with_threshold(threshold).is_ok(), fits, "{threshold}");
    }
}

#[test]
fn a_key_counts_until_its_last_moment() {
    let alone = ring(&[(1, Some(10))]);
    let until = "is trusted until 1970-01-01 00:00:10 UTC only";
    assert_eq!(outcome(&alone, &signed_by(&[1]), 10), "opened by 1");
    assert_eq!(outcome(&alone, &signed_by(&[1]), 11), format!("key {} {until}", key(1).public().id()));

    let pair = ring(&[(1, Some(10)), (2, None)]);
    assert_eq!(outcome(&pair, &signed_by(&[1, 2]), 11), "opened by 1");
    let both = pair.with_threshold(2).unwrap();
    assert_eq!(outcome(&both, &signed_by(&[1, 2]), 10), "opened by 2");
    assert!(outcome(&both, &signed_by(&[1, 2]), 11).ends_with(until));
    assert!(outcome(&both, &signed_by(&[1]), 11).starts_with("signed by 1"));
}

#[test]
fn the_type_is_judged_before_the_signatures() {
    let error = ring(&[(1, None)]).open(&signed_by(&[9]), "text/html", at(0)).unwrap_err();
    assert_eq!(error.to_string(), r#"payload type is "text/plain", not "text/html""#);
}

#[test]
fn a_key_id_is_a_hint_only() {
    let ring = ring(&[(1, None), (2, None)]);
    let genuine = signed_by(&[1]);
    for hint in [None, Some("nonsense".to_owned()), Some(key(2).public().id().to_string())] {
        let mut envelope = genuine.clone();
        envelope.signatures[0].hint = hint;
        assert_eq!(ring.open(&envelope, TYPE, at(0)).unwrap().signers, [key(1).public().id()]);
    }
    let mut forged = signed_by(&[9]);
    forged.signatures[0].hint = Some(key(1).public().id().to_string());
    assert_eq!(outcome(&ring, &forged, 0), "no signature by a trusted key");
}

#[test]
fn every_changed_byte_is_noticed() {
    let ring = ring(&[(1, None)]);
    let genuine = signed_by(&[1]);
    for place in 0..64 {
        let mut envelope = genuine.clone();
        envelope.signatures[0].signature[place] ^= 1;
        assert!(ring.open(&envelope, TYPE, at(0)).is_err(), "byte {place}");
    }
    let mut longer = genuine.clone();
    longer.signatures[0].signature.push(0);
    assert!(ring.open(&longer, TYPE, at(0)).is_err());
    let other_text = Envelope::parse(
        &String::from_utf8(genuine.to_json()).unwrap().replace("cGF5bG9hZA==", "cGF5bG9hZB==").into_bytes(),
    );
    assert!(other_text.is_err(), "bits after the end of the payload");
}

#[test]
fn an_empty_ring_opens_nothing() {
    assert_eq!(outcome(&KeyRing::new(Vec::new()), &signed_by(&[1]), 0), "no signature by a trusted key");
}

#[test]
fn a_pem_file_holds_several_public_keys_and_nothing_else() {
    let pem = format!("two keys\r\n{}\r\nthe second\n{}", key(1).public().to_pem(), key(2).public().to_pem());
    let read: Vec<_> = KeyRing::from_pem(&pem).unwrap().keys().iter().map(|trusted| trusted.key).collect();
    assert_eq!(read, [key(1).public(), key(2).public()]);

    let private = pem.replace("PUBLIC", "PRIVATE");
    let cut = &pem[..pem.len() - 10];
    let mixed = format!("{pem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    for text in ["", "no key here", private.as_str(), cut, mixed.as_str()] {
        assert!(matches!(KeyRing::from_pem(text), Err(Error::BadKey { .. })), "{text}");
    }
    let many = key(1).public().to_pem().repeat(MAX_KEYS);
    assert_eq!(KeyRing::from_pem(&many).unwrap().keys().len(), 1);
    assert!(KeyRing::from_pem(&(many + &key(1).public().to_pem())).is_err());
    assert!(KeyRing::from_pem(&" ".repeat(MAX_PEM + 1)).is_err());
}
