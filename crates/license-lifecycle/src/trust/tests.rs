use signed_envelope::SigningKey;

use super::*;
use crate::FormatName;

const NOW: &str = "2026-11-24T09:00:00Z";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn ring(not_after: Option<&str>) -> KeyRing {
    KeyRing::new(vec![
        TrustedKey { key: key(1).public(), not_after: not_after.map(at) },
        key(2).public().into(),
    ])
}

fn sealed(signers: &[u8]) -> Vec<u8> {
    let keys: Vec<SigningKey> = signers.iter().copied().map(key).collect();
    Envelope::sign("text/plain", b"payload", &keys.iter().collect::<Vec<_>>()).to_json()
}

fn code<T>(result: Result<T, Refusal>) -> &'static str {
    result.map_or_else(|refusal| refusal.code(), |_| "opened")
}

#[test]
fn both_ways_of_opening_read_only_what_trusted_keys_signed() {
    let trust = Trust::new(ring(None), at(NOW));
    let opened = trust.open_envelope(&sealed(&[9, 1]), "text/plain", |payload| Ok(payload.to_vec())).unwrap();
    assert_eq!(*opened, b"payload");
    assert_eq!((opened.digest(), opened.signers()), (Digest::of(b"payload"), &[key(1).public().id()][..]));
    let signed =
        trust.open_signed(b"payload", &key(2).sign(b"payload"), |payload| Ok(payload.to_vec())).unwrap();
    assert_eq!(*signed, *opened);
    assert_eq!((signed.digest(), signed.signers()), (opened.digest(), &[key(2).public().id()][..]));
    let never = |_: &[u8]| -> Result<(), Refusal> { panic!("read before it was verified") };
    assert_eq!(code(trust.open_envelope(&sealed(&[9]), "text/plain", never)), "signature_untrusted");
    assert_eq!(code(trust.open_envelope(&sealed(&[1]), "text/html", never)), "wrong_type");
    assert_eq!(code(trust.open_signed(b"payload", &key(2).sign(b"other"), never)), "signature_untrusted");
    assert_eq!(code(trust.open_envelope(b"{}", "text/plain", never)), "malformed");
    assert_eq!(code(trust.open_envelope(&[b' '; MAX_ENVELOPE + 1], "text/plain", never)), "too_large");
}

#[test]
fn a_threshold_counts_distinct_keys() {
    let trust = Trust::new(ring(None).with_threshold(2).unwrap(), at(NOW));
    let open = |signers: &[u8]| code(trust.open_envelope(&sealed(signers), "text/plain", |_| Ok(())));
    assert_eq!(
        [open(&[1, 2]), open(&[1, 1]), open(&[1, 9])],
        ["opened", "signature_untrusted", "signature_untrusted"]
    );
    let refused = trust.open_signed(b"p", &key(1).sign(b"p"), |_| Ok(()));
    assert_eq!(
        refused,
        Err(Refusal::SignatureUntrusted { needed: 2, found: 1 }),
        "one signature cannot reach it"
    );
}

#[test]
fn a_key_ends_by_the_known_time_when_the_clock_was_set_back() {
    let open = |now: &str, known: Option<&str>| {
        let trust = Trust { known_time: known.map(at), ..Trust::new(ring(Some(NOW)), at(now)) };
        let by_envelope = code(trust.open_envelope(&sealed(&[1]), "text/plain", |_| Ok(())));
        assert_eq!(code(trust.open_signed(b"p", &key(1).sign(b"p"), |_| Ok(()))), by_envelope);
        by_envelope
    };
    for (now, known, expected) in [
        (NOW, None, "opened"),
        ("2026-11-24T09:00:01Z", None, "key_expired"),
        ("2026-11-20T00:00:00Z", None, "opened"),
        ("2026-11-20T00:00:00Z", Some("2026-11-25T00:00:00Z"), "key_expired"),
    ] {
        assert_eq!(open(now, known), expected, "{now} {known:?}");
    }
}

#[test]
fn product_serial_number_and_time_are_judged_in_this_order() {
    let license = |product: Option<&str>, serial: Option<&str>, issued: &str| License {
        product: product.map(Into::into),
        serial_number: serial.map(Into::into),
        issued_at: Some(at(issued)),
        ..License::new(FormatName::MANIFEST)
    };
    let any = Trust::new(ring(None), at(NOW));
    let ours = Trust { product: Some("P".into()), serial_number: Some("S".into()), ..any.clone() };
    let (day, later) = ("2026-11-25T09:00:00Z", "2026-11-25T09:00:01Z");
    for (license, expected, to_anyone) in [
        (license(Some("P"), Some("S"), day), "opened", "opened"),
        (license(Some("P"), Some("S"), later), "issued_in_the_future", "issued_in_the_future"),
        (license(Some("P"), Some("T"), later), "wrong_serial_number", "issued_in_the_future"),
        (license(Some("Q"), Some("T"), later), "wrong_product", "issued_in_the_future"),
        (license(Some("p"), Some("S"), day), "wrong_product", "opened"),
        (license(None, Some("S"), day), "opened", "opened"),
        (license(Some("P"), None, day), "wrong_serial_number", "opened"),
    ] {
        assert_eq!(code(ours.judge(&license)), expected);
        assert_eq!(code(any.judge(&license)), to_anyone);
    }
}
