mod altered_answers;
mod altered_requests;
mod cross_check;
mod no_panic;
mod vectors;

use chrono::{DateTime, Utc};
use signed_envelope::{KeyId, PublicKey, SigningKey};

use super::*;

/// A moment far ahead: the crate that checks ours reads the clock itself.
const NOW: DateTime<Utc> = DateTime::from_timestamp(4_000_000_000, 0).unwrap();
const NONCE: &str = "00112233445566778899aabbccddeeff";

fn installation() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

fn office() -> SigningKey {
    SigningKey::from_seed(&[2; 32])
}

fn nonce() -> Nonce {
    NONCE.parse().unwrap()
}

fn holder_of(key: &SigningKey) -> impl FnOnce(&KeyId) -> Option<PublicKey> + use<> {
    let key = key.public();
    move |id| (key.id() == *id).then_some(key)
}

const PUT: RequestParts<'_> = RequestParts {
    method: "PUT",
    authority: "back.example.com:8443",
    path: "/v1/presence",
    query: None,
    body: b"{\"product_version\":\"1.4.0\"}",
};
const POLL: RequestParts<'_> = RequestParts {
    method: "GET",
    authority: "back.example.com",
    path: "/v1/events",
    query: Some("cursor=7&wait=45&boot=b1"),
    body: b"",
};

fn question() -> Question {
    Question::new(&POLL, Some(&nonce()))
}

#[test]
fn a_signed_request_says_exactly_what_the_protocol_asks_for() {
    let headers = sign_request(&PUT, &installation(), NOW, &nonce());
    assert_eq!(
        headers.signature_input,
        format!(
            "sig=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\");created=4000000000;\
             expires=4000000060;nonce=\"{NONCE}\";keyid=\"{}\";tag=\"remote-service-v1\"",
            installation().public().id()
        )
    );
    assert_eq!(headers.content_digest, Some(content_digest(PUT.body)));
    let poll = sign_request(&POLL, &installation(), NOW, &nonce());
    assert!(poll.signature_input.starts_with(r#"sig=("@method" "@authority" "@path" "@query");"#));
    assert_eq!(poll.content_digest, None);
}

#[test]
fn a_signed_answer_says_exactly_what_the_protocol_asks_for() {
    let parts = r#"sig=("@status" "content-digest" "@method";req "@path";req "@query";req)"#;
    let params = format!(
        ";created=4000000000;nonce=\"{NONCE}\";keyid=\"{}\";tag=\"remote-service-answer-v1\"",
        office().public().id()
    );
    let answer = AnswerParts { status: 204, body: b"", retry_after: None };
    let headers = sign_answer(&answer, &question(), &office(), NOW);
    assert_eq!(headers.signature_input, format!("{parts}{params}"));
    let empty = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";
    assert_eq!(headers.content_digest.as_deref(), Some(empty));

    let busy = AnswerParts { status: 503, body: b"{}", retry_after: Some("7") };
    let headers = sign_answer(&busy, &question(), &office(), NOW);
    assert!(headers.signature_input.contains("\"@query\";req \"retry-after\");created"), "{headers:?}");
}

#[test]
fn both_directions_are_believed_by_the_other_end() {
    for parts in [PUT, POLL] {
        let headers = sign_request(&parts, &installation(), NOW, &nonce());
        let verified = verify_request(&parts, &headers, holder_of(&installation()), NOW).unwrap();
        assert_eq!((verified.nonce, verified.created), (nonce(), NOW));
        assert_eq!(verified.key_id, installation().public().id());
    }
    for (retry_after, question) in
        [(None, question()), (Some("7"), question()), (None, Question::new(&POLL, None))]
    {
        let answer = AnswerParts { status: 503, body: b"{}", retry_after };
        let headers = sign_answer(&answer, &question, &office(), NOW);
        let verified = verify_answer(&answer, &headers, &question, holder_of(&office())).unwrap();
        assert_eq!((verified.created, verified.retry_after.as_deref()), (NOW, retry_after));
    }
}

#[test]
fn a_nonce_is_drawn_anew_and_stays_a_plain_word() {
    let (one, two) = (Nonce::generate().unwrap(), Nonce::generate().unwrap());
    assert_ne!(one, two);
    assert_eq!(one.as_str().len(), 32);
    for (text, good) in [
        ("a".repeat(15), false),
        ("a".repeat(16), true),
        ("a".repeat(64), true),
        ("a".repeat(65), false),
        ("0123456789-ABCdef_".to_owned(), true),
        ("0123456789 ABCdef_".to_owned(), false),
        ("0123456789\"ABCdef".to_owned(), false),
        ("0123456789ä123456".to_owned(), false),
    ] {
        assert_eq!(text.parse::<Nonce>().is_ok(), good, "{text}");
    }
}

#[cfg(feature = "client")]
#[test]
fn an_authority_is_in_lower_case_and_has_no_port_that_goes_without_saying() {
    for (url, authority) in [
        ("https://Back.Example.com/v1", "back.example.com"),
        ("https://back.example.com:443/", "back.example.com"),
        ("https://back.example.com:8443/", "back.example.com:8443"),
        ("https://[2001:DB8::1]:8443/", "[2001:db8::1]:8443"),
    ] {
        assert_eq!(authority_of(&url.parse().unwrap()).as_deref(), Some(authority));
    }
    assert_eq!(authority_of(&"data:text/plain,x".parse().unwrap()), None);
}
