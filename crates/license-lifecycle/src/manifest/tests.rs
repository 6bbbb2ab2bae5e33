use serde_json::{Value, json};
use signed_envelope::{Envelope, SigningKey};

use super::*;
use crate::{Count, Expiry, Mark};

const FILE: &[u8] = b"INCREMENT WEB_SHOP vendord 1.2 31-dec-2027 10 SIGN=0\n";

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn trust() -> Trust {
    Trust {
        product: Some("PRISMAdirect".into()),
        serial_number: Some("PD-1".into()),
        ..Trust::new(key().public().into(), "2026-11-24T09:00:00Z".parse().unwrap())
    }
}

fn document() -> Value {
    json!({
        "version": 1, "product": "PRISMAdirect", "serial_number": "PD-1", "sequence": 7,
        "issued_at": "2026-11-24T09:00:00Z", "expires": "2027-12-31", "maintenance_until": "2027-11-30",
        "features": [{"name": "WEB_SHOP", "version": "1.2", "count": 10, "expires": null}],
        "file": {"name": "pd.lic", "format": "flexnet", "length": FILE.len(), "sha256": Digest::of(FILE)}
    })
}

/// The document with one member replaced; a path like `/file/length` leads to it.
fn with(path: &str, value: Value) -> Value {
    let mut document = document();
    let (parent, member) = path.rsplit_once('/').unwrap();
    document.pointer_mut(parent).unwrap()[member] = value;
    document
}

fn seal(document: &Value) -> Vec<u8> {
    Envelope::sign(TYPE, document.to_string().as_bytes(), &[&key()]).to_json()
}

fn code<T>(result: Result<T, Refusal>) -> &'static str {
    result.map_or_else(|refusal| refusal.code(), |_| "opened")
}

#[test]
fn a_manifest_is_read_into_the_model() {
    let license = open(&seal(&document()), FILE, &trust()).unwrap();
    assert_eq!(license.digest(), Digest::of(document().to_string().as_bytes()));
    assert_eq!(
        (license.product.as_deref(), license.serial_number.as_deref()),
        (Some("PRISMAdirect"), Some("PD-1"))
    );
    assert_eq!((license.sequence, license.expires), (Some(7), Expiry::On("2027-12-31".parse().unwrap())));
    assert_eq!(license.maintenance_until, Some(Expiry::On("2027-11-30".parse().unwrap())));
    assert_eq!(license.features[0].count, Count::Of(10));
    assert_eq!(license.file.as_ref().unwrap().name.as_str(), "pd.lic");
    assert_eq!(read_unverified(&seal(&document())).unwrap().features[0].name, "WEB_SHOP");
}

#[test]
fn null_means_no_end_no_maintenance_and_uncounted() {
    let open = |path, value| open(&seal(&with(path, value)), FILE, &trust()).unwrap();
    assert_eq!(open("/expires", json!(null)).expires, Expiry::Never);
    assert_eq!(open("/maintenance_until", json!(null)).maintenance_until, None);
    assert_eq!(open("/maintenance_until", json!("never")).maintenance_until, Some(Expiry::Never));
    assert_eq!(open("/features/0/count", json!(null)).features[0].count, Count::Uncounted);
    assert_eq!(open("/features/0/version", json!(null)).features[0].version, None);
    assert_eq!(
        open("/features/0/expires", json!("2027-01-01")).features[0].expires.to_string(),
        "2027-01-01"
    );
    assert_eq!(open("/newer_field", json!({"a": [1]})).sequence, Some(7), "unknown fields are ignored");
}

#[test]
fn each_fault_has_its_own_code() {
    for (path, value, expected) in [
        ("/version", json!(2), "unsupported_version"),
        ("/version", json!("1"), "malformed"),
        ("/product", json!("Other"), "wrong_product"),
        ("/product", json!(""), "malformed"),
        ("/serial_number", json!("PD-2"), "wrong_serial_number"),
        ("/serial_number", json!(""), "malformed"),
        ("/sequence", json!(-1), "malformed"),
        ("/sequence", json!(1.5), "malformed"),
        ("/issued_at", json!("2026-11-25T09:00:01Z"), "issued_in_the_future"),
        ("/issued_at", json!("yesterday"), "malformed"),
        ("/expires", json!("31-dec-2027"), "malformed"),
        ("/expires", json!("2027-02-29"), "malformed"),
        ("/maintenance_until", json!("unknown"), "malformed"),
        ("/features", json!(null), "malformed"),
        ("/features/0/name", json!(""), "malformed"),
        ("/features/0/count", json!(0), "malformed"),
        ("/features/0/count", json!(-1), "malformed"),
        ("/file", json!(null), "malformed"),
        ("/file/name", json!("../pd.lic"), "malformed"),
        ("/file/length", json!(FILE.len() + 1), "file_mismatch"),
        ("/file/sha256", json!(Digest::of(b"")), "file_mismatch"),
        ("/file/sha256", json!("abc"), "malformed"),
    ] {
        assert_eq!(
            code(open(&seal(&with(path, value.clone())), FILE, &trust())),
            expected,
            "{path} = {value}"
        );
    }
    let newer = Envelope::sign(TYPE, br#"{"version": 2, "other": "shape"}"#, &[&key()]).to_json();
    assert_eq!(
        code(open(&newer, FILE, &trust())),
        "unsupported_version",
        "whatever else a later version changes"
    );
}

#[test]
fn faults_are_found_in_the_order_of_the_trust() {
    let stranger = SigningKey::from_seed(&[8; 32]);
    let all_wrong = json!({"version": 1, "product": "Other"});
    let by = |document: &Value, key: &SigningKey| {
        Envelope::sign(TYPE, document.to_string().as_bytes(), &[key]).to_json()
    };
    assert_eq!(code(open(b"{", b"", &trust())), "malformed");
    assert_eq!(code(open(&by(&all_wrong, &stranger), b"", &trust())), "signature_untrusted");
    assert_eq!(code(open(&by(&all_wrong, &key()), b"", &trust())), "malformed");
    let mut document = with("/product", json!("Other"));
    document["serial_number"] = json!("PD-2");
    document["issued_at"] = json!("2030-01-01T00:00:00Z");
    assert_eq!(code(open(&seal(&document), b"other", &trust())), "file_mismatch");
    assert_eq!(code(open(&seal(&document), FILE, &trust())), "wrong_product");
    document["product"] = json!("PRISMAdirect");
    assert_eq!(code(open(&seal(&document), FILE, &trust())), "wrong_serial_number");
    document["serial_number"] = json!("PD-1");
    assert_eq!(code(open(&seal(&document), FILE, &trust())), "issued_in_the_future");
}

#[test]
fn one_changed_byte_of_the_file_is_noticed_and_a_large_file_is_not_even_hashed() {
    let mut changed = FILE.to_vec();
    changed[0] ^= 1;
    assert_eq!(code(open(&seal(&document()), &changed, &trust())), "file_mismatch");
    let small = Trust { max_file: FILE.len() as u64 - 1, ..trust() };
    assert_eq!(code(open(&seal(&document()), FILE, &small)), "too_large");
    let exact = Trust { max_file: FILE.len() as u64, ..trust() };
    assert_eq!(code(open(&seal(&document()), FILE, &exact)), "opened");
}

#[test]
fn the_format_knows_its_own_envelopes() {
    let envelope = seal(&document());
    let format = WithFile(FILE);
    assert!(format.sniff(&envelope) && format.sniff(&[b"\xef\xbb\xbf \n", &envelope[..]].concat()));
    assert!(!format.sniff(FILE) && !format.sniff(b"{}") && !format.sniff(b""));
    assert!(matches!(format.open(&envelope, &trust()), Ok(Opened::Signed(_))));
    assert_eq!(code(format.open(FILE, &trust())), "malformed");
}

fn reset() -> Value {
    json!({"version": 1, "product": "PRISMAdirect", "serial_number": "PD-1", "from_sequence": 7000,
        "to_sequence": 7, "known_time": "2026-11-20T00:00:00Z", "issued_at": "2026-11-24T09:00:00Z"})
}

fn sealed_reset(reset: &Value) -> Vec<u8> {
    Envelope::sign(RESET_TYPE, reset.to_string().as_bytes(), &[&key()]).to_json()
}

#[test]
fn a_reset_lowers_the_mark_once() {
    let reset = open_reset(&sealed_reset(&reset()), &trust()).unwrap();
    let mark =
        |serial: &str, sequence| Mark { serial_number: serial.into(), sequence, digest: Digest::of(b"x") };
    let lowered = reset.lower(Some(&mark("PD-1", 7000))).unwrap();
    assert_eq!(lowered, Mark { serial_number: "PD-1".into(), sequence: 7, digest: reset.digest() });
    for (mark, found) in [
        (None, None),
        (Some(&lowered), Some(7)),
        (Some(&mark("PD-1", 6999)), Some(6999)),
        (Some(&mark("PD-1", 7001)), Some(7001)),
        (Some(&mark("PD-2", 7000)), None),
    ] {
        assert_eq!(reset.lower(mark), Err(Refusal::ResetDoesNotApply { from: 7000, mark: found }));
    }
}

#[test]
fn a_reset_is_held_against_the_same_trust() {
    let refused = |path: &str, value: Value| {
        let mut reset = reset();
        reset[path] = value;
        code(open_reset(&sealed_reset(&reset), &trust()))
    };
    assert_eq!(refused("version", json!(2)), "unsupported_version");
    assert_eq!(refused("product", json!("Other")), "wrong_product");
    assert_eq!(refused("serial_number", json!("PD-2")), "wrong_serial_number");
    assert_eq!(refused("issued_at", json!("2026-11-25T09:00:01Z")), "issued_in_the_future");
    assert_eq!(refused("to_sequence", json!(7000)), "malformed");
    assert_eq!(refused("known_time", json!("2026-11-24T09:00:01Z")), "malformed");
    assert_eq!(code(open_reset(&seal(&document()), &trust())), "wrong_type");
    assert_eq!(code(open(&sealed_reset(&reset()), FILE, &trust())), "wrong_type");
}

#[cfg(feature = "issue")]
mod issuing {
    use super::*;
    use crate::Error;

    fn manifest(document: Value) -> Manifest {
        serde_json::from_value(document).unwrap()
    }

    #[test]
    fn what_is_issued_opens() {
        let other = SigningKey::from_seed(&[8; 32]);
        let envelope = issue(&manifest(document()), FILE, &[&key(), &other]).unwrap();
        let license = open(&envelope.to_json(), FILE, &trust()).unwrap();
        assert_eq!(license.digest(), envelope.digest());
        let reset: Reset = serde_json::from_value(reset()).unwrap();
        let envelope = issue_reset(&reset, &[&key()]).unwrap();
        assert_eq!(*open_reset(&envelope.to_json(), &trust()).unwrap(), reset);
    }

    #[test]
    fn what_would_be_refused_is_not_issued() {
        let many = vec![document()["features"][0].clone(); 4000];
        for (document, file, expected) in [
            (with("/version", json!(2)), FILE, "nothing was issued: version is not 1"),
            (with("/features/0/count", json!(0)), FILE, "nothing was issued: a feature has no seats"),
            (document(), b"other", "manifest binds another license file"),
            (with("/features", json!(many)), FILE, "envelope is larger than 262144 bytes"),
        ] {
            let error = issue(&manifest(document), file, &[&key()]).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        assert!(matches!(issue(&manifest(document()), FILE, &[]), Err(Error::NoKeys)));
        let mut upwards = reset();
        upwards["to_sequence"] = json!(9000);
        let upwards = serde_json::from_value(upwards).unwrap();
        assert!(matches!(issue_reset(&upwards, &[&key()]), Err(Error::BadManifest { .. })));
    }
}
