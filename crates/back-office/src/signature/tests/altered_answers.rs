use super::*;

const ANSWER: AnswerParts<'_> = AnswerParts { status: 200, body: b"{\"events\":[]}", retry_after: None };
const BUSY: AnswerParts<'_> = AnswerParts { status: 503, body: b"{}", retry_after: Some("7") };

fn signed(answer: &AnswerParts<'_>) -> SignatureHeaders {
    sign_answer(answer, &question(), &office(), NOW)
}

fn verify(answer: &AnswerParts<'_>, headers: &SignatureHeaders) -> Result<VerifiedAnswer, SignatureError> {
    verify_answer(answer, headers, &question(), holder_of(&office()))
}

#[test]
fn an_answer_that_was_altered_on_the_way_is_refused() {
    use SignatureError::{Components, Digest, Missing, Untrue};
    for (what, altered, refusal) in [
        ("status", AnswerParts { status: 204, ..ANSWER }, Untrue),
        ("body", AnswerParts { body: b"{\"events\":[1]}", ..ANSWER }, Digest),
        ("body dropped", AnswerParts { body: b"", ..ANSWER }, Digest),
    ] {
        assert_eq!(verify(&altered, &signed(&ANSWER)), Err(refusal), "{what}");
    }
    let stripped = SignatureHeaders { content_digest: None, ..signed(&ANSWER) };
    assert_eq!(verify(&ANSWER, &stripped), Err(Missing { header: "content-digest" }));
    for (from, to) in [
        (" \"content-digest\"", ""),
        ("\"@status\" ", ""),
        (" \"@query\";req", ""),
        ("\"@query\";req", "\"@query\""),
        ("\"@query\";req)", "\"@query\";req \"retry-after\")"),
    ] {
        let mut headers = signed(&ANSWER);
        headers.signature_input = headers.signature_input.replacen(from, to, 1);
        assert_eq!(verify(&ANSWER, &headers), Err(Components), "{from} -> {to}");
    }
}

#[test]
fn retry_after_counts_only_when_it_is_covered() {
    let verified = verify(&BUSY, &signed(&BUSY)).unwrap();
    assert_eq!(verified.retry_after.as_deref(), Some("7"));
    let altered = AnswerParts { retry_after: Some("86400"), ..BUSY };
    assert_eq!(verify(&altered, &signed(&BUSY)), Err(SignatureError::Untrue));
    let dropped = AnswerParts { retry_after: None, ..BUSY };
    assert_eq!(verify(&dropped, &signed(&BUSY)), Err(SignatureError::Components));
    // Put there by somebody else: the answer is genuine, the header is not.
    let verified = verify(&BUSY, &signed(&dropped)).unwrap();
    assert_eq!(verified.retry_after, None);
}

#[test]
fn an_answer_counts_for_its_own_question_only() {
    let other_nonce: Nonce = "ffffffffffffffffffffffffffffffff".parse().unwrap();
    let moved = RequestParts { path: "/v1/license", ..POLL };
    let other_method = RequestParts { method: "PUT", ..POLL };
    let other_query = RequestParts { query: None, ..POLL };
    for (question, refusal) in [
        (Question::new(&POLL, Some(&other_nonce)), SignatureError::OtherNonce),
        (Question::new(&POLL, None), SignatureError::OtherNonce),
        (Question::new(&moved, Some(&nonce())), SignatureError::Untrue),
        (Question::new(&other_method, Some(&nonce())), SignatureError::Untrue),
        (Question::new(&other_query, Some(&nonce())), SignatureError::Untrue),
    ] {
        let verdict = verify_answer(&ANSWER, &signed(&ANSWER), &question, holder_of(&office()));
        assert_eq!(verdict, Err(refusal), "{question:?}");
    }
}

#[test]
fn an_answer_by_another_key_is_refused_whoever_it_claims_to_be() {
    let (office_id, foreign_id) = (office().public().id(), installation().public().id());
    let mut foreign = sign_answer(&ANSWER, &question(), &installation(), NOW);
    assert_eq!(verify(&ANSWER, &foreign), Err(SignatureError::UnknownKey { key: foreign_id }));
    foreign.signature_input =
        foreign.signature_input.replace(&foreign_id.to_string(), &office_id.to_string());
    assert_eq!(verify(&ANSWER, &foreign), Err(SignatureError::Untrue));
}

#[test]
fn an_answer_has_exactly_its_four_parameters() {
    let parameter = |name| SignatureError::Parameter { name };
    for (from, to, refusal) in [
        (";created=4000000000", "", parameter("created")),
        (";tag=\"remote-service-answer-v1\"", "", parameter("tag")),
        ("remote-service-answer-v1", "remote-service-v1", parameter("tag")),
        (";nonce=\"00112233445566778899aabbccddeeff\"", "", parameter("nonce")),
        (";keyid=", ";alg=\"ed25519\";keyid=", parameter("*")),
        (";keyid=", ";expires=4000000060;keyid=", parameter("*")),
        (";keyid=\"", ";keyid=\"x", parameter("keyid")),
        ("created=4000000000", "created=4000000001", SignatureError::Untrue),
    ] {
        let mut headers = signed(&ANSWER);
        let altered = headers.signature_input.replacen(from, to, 1);
        assert_ne!(altered, headers.signature_input, "{from:?} stands in it");
        headers.signature_input = altered;
        assert_eq!(verify(&ANSWER, &headers), Err(refusal), "{from:?} -> {to:?}");
    }
}

#[test]
fn a_request_is_never_taken_for_an_answer_nor_the_other_way_round() {
    let request = sign_request(&PUT, &office(), NOW, &nonce());
    assert_eq!(verify(&ANSWER, &request), Err(SignatureError::Parameter { name: "*" }));
    let verdict = verify_request(&PUT, &signed(&ANSWER), holder_of(&office()), NOW);
    assert_eq!(verdict, Err(SignatureError::Parameter { name: "tag" }));
}
