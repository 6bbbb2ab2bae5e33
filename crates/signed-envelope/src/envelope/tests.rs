use super::*;

/// The test vector of the DSSE protocol description.
const TYPE: &str = "http://example.com/HelloWorld";

fn json(payload: &str, signatures: &str) -> Vec<u8> {
    format!(r#"{{"payload":"{payload}","payloadType":"text/plain","signatures":[{signatures}]}}"#)
        .into_bytes()
}

#[test]
fn signed_bytes_are_those_of_the_dsse_test_vector() {
    let bytes = pre_authentication_encoding(TYPE, b"hello world");
    assert_eq!(bytes, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    assert_eq!(pre_authentication_encoding("", b""), b"DSSEv1 0  0 ");
    assert_eq!(pre_authentication_encoding("é", "ü".as_bytes()), "DSSEv1 2 é 2 ü".as_bytes());
}

#[test]
fn an_envelope_is_one_line_that_reads_back_as_itself() {
    let key = SigningKey::from_seed(&[7; 32]);
    let envelope = Envelope::sign(TYPE, b"hello world", &[&key]);
    let json = String::from_utf8(envelope.to_json()).unwrap();
    assert!(
        json.starts_with(r#"{"payload":"aGVsbG8gd29ybGQ=","payloadType":"http://example.com/HelloWorld","#)
    );
    assert_eq!(json.matches('\n').count(), 1);
    assert!(json.ends_with("}\n"));
    assert_eq!(Envelope::parse(json.as_bytes()).unwrap(), envelope);
    assert_eq!(envelope.digest(), Digest::of(b"hello world"));
}

#[test]
fn a_byte_order_mark_and_unknown_fields_are_passed_over() {
    let plain = Envelope::parse(&json("aGk=", r#"{"sig":""}"#)).unwrap();
    let extra = br#"{"x":[{}],"signatures":[{"sig":"","cert":1,"keyid":null}],"payloadType":"text/plain","payload":"aGk="}"#;
    assert_eq!(Envelope::parse(&[b"\xef\xbb\xbf".as_slice(), extra].concat()).unwrap(), plain);
}

#[test]
fn only_padded_standard_base64_is_read() {
    let read = |payload: &str, signature: &str| {
        Envelope::parse(&json(payload, &format!(r#"{{"sig":"{signature}"}}"#)))
    };
    assert!(read("+/8=", "+/8=").is_ok());
    for other in ["-_8=", "+/8", "+/8=\\n", " +/8=", "+/9=", "===="] {
        assert!(matches!(read(other, "+/8="), Err(Error::Malformed { what: "payload", .. })), "{other}");
        assert!(matches!(read("+/8=", other), Err(Error::Malformed { what: "signature", .. })), "{other}");
    }
}

#[test]
fn what_is_no_envelope_is_malformed() {
    let doubled = r#"{"payload":"","payload":"","payloadType":"","signatures":[]}"#;
    let deep = format!(r#"{{"x":{}"#, "[".repeat(100_000));
    let long_type = format!(r#"{{"payload":"","payloadType":"{}","signatures":[]}}"#, "t".repeat(256));
    for text in ["", "{}", "null", "[]", doubled, deep.as_str(), long_type.as_str()] {
        assert!(matches!(Envelope::parse(text.as_bytes()), Err(Error::Malformed { .. })), "{text:.40}");
    }
}

#[test]
fn limits_are_exact() {
    let mut bytes = json("", "");
    bytes.resize(MAX_ENVELOPE, b' ');
    assert!(Envelope::parse(&bytes).is_ok());
    bytes.push(b' ');
    assert!(matches!(Envelope::parse(&bytes), Err(Error::TooLarge { limit: MAX_ENVELOPE })));

    let signatures = |count| vec![r#"{"sig":""}"#; count].join(",");
    assert!(Envelope::parse(&json("", &signatures(MAX_SIGNATURES))).is_ok());
    assert!(Envelope::parse(&json("", &signatures(MAX_SIGNATURES + 1))).is_err());
}

#[test]
fn debug_shows_no_payload() {
    let shown = format!("{:?}", Envelope::sign("text/plain", b"private", &[]));
    assert!(!shown.contains("private") && shown.contains("text/plain"), "{shown}");
}
