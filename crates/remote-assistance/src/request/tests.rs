use proptest::prelude::*;

use super::*;
use crate::Scope;
use crate::rehearsal::Rehearsal;

/// Opens what `change` made of a good request, at `seconds`.
fn opened(seconds: u32, change: impl FnOnce(&mut RequestDocument)) -> Result<Request, Rejection> {
    let mut back_office = Rehearsal::new().unwrap();
    let mut document = back_office.document(back_office.at(1_000));
    change(&mut document);
    back_office.open(&document, back_office.at(seconds))
}

#[test]
fn a_request_opens_from_a_minute_before_its_issue_to_the_last_moment_of_its_time() {
    for (seconds, expected) in [
        (939, Some(Rejection::IssuedInTheFuture)),
        (940, None),
        (1_120, None),
        (1_121, Some(Rejection::Expired)),
    ] {
        assert_eq!(opened(seconds, |_| {}).err(), expected, "{seconds}");
    }
}

#[test]
fn a_request_for_another_installation_is_none_of_ours() {
    let foreign = opened(1_000, |document| document.installation_id = "installation-2".to_owned());
    assert_eq!(foreign, Err(Rejection::WrongInstallation));
}

#[test]
fn a_request_that_no_back_office_key_signed_is_forged_whatever_it_says() {
    let mut genuine = Rehearsal::new().unwrap();
    let forger = Rehearsal::new().unwrap();
    let now = genuine.at(0);
    let document = genuine.document(now);
    let open = |envelope: &[u8]| Request::open(envelope, &genuine.keys(), Rehearsal::INSTALLATION, now);
    let forged = forger.sign(&document).unwrap().to_json();
    assert_eq!(open(&forged), Err(Rejection::SignatureUntrusted));
    let changed = String::from_utf8(genuine.sign(&document).unwrap().to_json()).unwrap();
    let changed = changed.replacen("\"payload\":\"ey", "\"payload\":\"ez", 1);
    assert_eq!(open(changed.as_bytes()), Err(Rejection::SignatureUntrusted));
    assert!(open(&genuine.sign(&document).unwrap().to_json()).is_ok());
}

#[test]
fn a_genuine_envelope_of_another_kind_is_no_request() {
    let now = Rehearsal::new().unwrap().at(0);
    let key = SigningKey::generate().unwrap();
    let keys = KeyRing::from(key.public());
    let open = |envelope: Envelope| Request::open(&envelope.to_json(), &keys, Rehearsal::INSTALLATION, now);
    let document = Rehearsal::new().unwrap().document(now);
    let payload = serde_json::to_vec(&document).unwrap();
    assert!(open(Envelope::sign(REQUEST_TYPE, &payload, &[&key])).is_ok());
    assert_eq!(
        open(Envelope::sign("application/json", &payload, &[&key])),
        Err(Rejection::SignatureUntrusted)
    );
    assert_eq!(open(Envelope::sign(REQUEST_TYPE, b"{}", &[&key])), Err(Rejection::Malformed));
}

#[test]
fn without_a_signed_time_nothing_is_opened() {
    let mut back_office = Rehearsal::new().unwrap();
    let now = Now { signed: None, ..back_office.at(0) };
    let document = back_office.document(now);
    assert_eq!(back_office.open(&document, now), Err(Rejection::NoSignedTime));
}

#[test]
fn a_field_that_could_deceive_or_is_out_of_bounds_is_neither_signed_nor_opened() {
    type Change = fn(&mut RequestDocument);
    let changes: [(&str, Change); 14] = [
        ("installation_id", |document| document.installation_id = String::new()),
        ("requester_id", |document| document.requester_id = "r".repeat(101)),
        ("requester_name", |document| document.requester_name = " ".to_owned()),
        ("requester_name", |document| document.requester_name = "Robin\u{202e}nibor".to_owned()),
        ("requester_name", |document| document.requester_name = "Ro\u{200b}bin".to_owned()),
        ("organization", |document| document.organization = "Print\nServices".to_owned()),
        ("ticket", |document| document.ticket = "t".repeat(101)),
        ("reason", |document| document.reason = "ü".repeat(501)),
        ("reason", |document| document.reason = "\u{7}".to_owned()),
        ("scopes", |document| document.scopes = Scopes::NONE),
        ("duration_minutes", |document| document.duration_minutes = 4),
        ("duration_minutes", |document| document.duration_minutes = 10_081),
        ("expires_at", |document| document.expires_at += TimeDelta::seconds(1)),
        ("expires_at", |document| document.expires_at = document.issued_at),
    ];
    let mut back_office = Rehearsal::new().unwrap();
    let now = back_office.at(0);
    let key = SigningKey::generate().unwrap();
    for (field, change) in changes {
        let mut document = back_office.document(now);
        change(&mut document);
        assert!(
            matches!(document.sign(&[&key]), Err(Error::BadRequest { what }) if what == field),
            "{field}"
        );
        let signed = Envelope::sign(REQUEST_TYPE, &serde_json::to_vec(&document).unwrap(), &[&key]).to_json();
        let opened = Request::open(&signed, &key.public().into(), Rehearsal::INSTALLATION, now);
        assert_eq!(opened, Err(Rejection::Malformed), "{field}");
    }
}

#[test]
fn the_longest_texts_are_fine_and_a_reason_may_have_several_lines() {
    let opened = opened(1_000, |document| {
        document.requester_name = "ü".repeat(100);
        document.reason = format!("{}\n{}", "a".repeat(249), "b".repeat(250));
        document.ticket = String::new();
        document.duration_minutes = 10_080;
        document.scopes = Scope::ALL.into();
    });
    assert!(opened.is_ok());
}

#[test]
fn the_document_on_the_wire_has_the_names_of_the_protocol() {
    let mut back_office = Rehearsal::new().unwrap();
    let document = back_office.document(back_office.at(0));
    let json = serde_json::json!({
        "request_id": "00000000000000000000000000000001",
        "installation_id": "installation-1",
        "requester_id": "r-17",
        "requester_name": "Robin of the help desk",
        "organization": "Print Services",
        "ticket": "T-4711",
        "reason": "Colours are off",
        "scopes": ["view", "control"],
        "duration_minutes": 30,
        "issued_at": "2026-06-01T10:00:00Z",
        "expires_at": "2026-06-01T10:02:00Z",
    });
    assert_eq!(serde_json::to_value(&document).unwrap(), json);
}

#[test]
fn an_id_has_one_spelling() {
    let id = RequestId::from_bytes([0xab; 16]);
    assert_eq!(id.to_string().parse::<RequestId>().unwrap(), id);
    for text in ["", "ab", &"AB".repeat(16), &"+a".repeat(16), &"ab".repeat(17)] {
        assert!(text.parse::<RequestId>().is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn no_bytes_at_all_make_it_panic(bytes: Vec<u8>, payload: Vec<u8>) {
        let key = SigningKey::generate().unwrap();
        let now = Rehearsal::new().unwrap().at(0);
        let keys = key.public().into();
        prop_assert!(Request::open(&bytes, &keys, "installation-1", now).is_err());
        let signed = Envelope::sign(REQUEST_TYPE, &payload, &[&key]).to_json();
        prop_assert_eq!(Request::open(&signed, &keys, "installation-1", now), Err(Rejection::Malformed));
    }
}
