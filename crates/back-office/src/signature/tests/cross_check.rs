//! Each direction against another implementation of RFC 9421.

use base64ct::{Base64, Encoding};
use httpsig::prelude::message_component::HttpMessageComponent;
use httpsig::prelude::{
    AlgorithmName, HttpSignatureBase, HttpSignatureHeaders, HttpSignatureParams, PublicKey, SecretKey,
};

use super::*;

fn theirs(lines: &[String], headers: &SignatureHeaders) -> HttpSignatureHeaders {
    let parsed = HttpSignatureHeaders::try_parse(&headers.signature, &headers.signature_input).unwrap();
    let parsed = parsed.get("sig").unwrap().clone();
    assert_eq!(parsed.signature_params().covered_components.len(), lines.len());
    parsed
}

fn base(lines: &[String], params: &HttpSignatureParams) -> HttpSignatureBase {
    let lines: Vec<_> =
        lines.iter().map(|line| HttpMessageComponent::try_from(line.as_str()).unwrap()).collect();
    HttpSignatureBase::try_new(&lines, params).unwrap()
}

fn request_lines(parts: &RequestParts<'_>) -> Vec<String> {
    let mut lines = vec![
        format!("\"@method\": {}", parts.method),
        format!("\"@authority\": {}", parts.authority),
        format!("\"@path\": {}", parts.path),
        format!("\"@query\": ?{}", parts.query.unwrap_or_default()),
    ];
    if !parts.body.is_empty() {
        lines.push(format!("\"content-digest\": {}", content_digest(parts.body)));
    }
    lines
}

fn answer_lines(answer: &AnswerParts<'_>) -> Vec<String> {
    vec![
        format!("\"@status\": {}", answer.status),
        format!("\"content-digest\": {}", content_digest(answer.body)),
        format!("\"@method\";req: {}", POLL.method),
        format!("\"@path\";req: {}", POLL.path),
        format!("\"@query\";req: ?{}", POLL.query.unwrap_or_default()),
    ]
}

#[test]
fn what_we_sign_is_believed_by_the_other_implementation() {
    let verify = |lines: Vec<String>, headers: &SignatureHeaders, signer: &SigningKey| {
        let headers = theirs(&lines, headers);
        let key = PublicKey::from_bytes(&AlgorithmName::Ed25519, signer.public().as_bytes()).unwrap();
        base(&lines, headers.signature_params()).verify_signature_headers(&key, &headers)
    };
    for parts in [PUT, POLL] {
        let headers = sign_request(&parts, &installation(), NOW, &nonce());
        verify(request_lines(&parts), &headers, &installation()).unwrap();
        let moved = RequestParts { path: "/v1/key", ..parts };
        assert!(verify(request_lines(&moved), &headers, &installation()).is_err());
    }
    let answer = AnswerParts { status: 200, body: b"{\"events\":[]}", retry_after: None };
    let headers = sign_answer(&answer, &question(), &office(), NOW);
    verify(answer_lines(&answer), &headers, &office()).unwrap();
}

/// Signs with the other implementation; it writes the parameters in an order of its own.
fn sign_elsewhere(lines: &[String], params: &str, seed: u8, digest: Option<String>) -> SignatureHeaders {
    let identifiers: Vec<&str> = lines.iter().filter_map(|line| Some(line.split_once(": ")?.0)).collect();
    let params =
        HttpSignatureParams::try_from(format!("({}){params}", identifiers.join(" ")).as_str()).unwrap();
    let key = SecretKey::from_bytes(&AlgorithmName::Ed25519, &[seed; 32]).unwrap();
    let signature = base(lines, &params).build_raw_signature(&key).unwrap();
    SignatureHeaders {
        content_digest: digest,
        signature_input: format!("theirs={params}"),
        signature: format!("theirs=:{}:", Base64::encode_string(&signature)),
    }
}

#[test]
fn what_the_other_implementation_signs_is_believed_by_us() {
    for parts in [PUT, POLL] {
        let id = installation().public().id();
        let params = format!(
            ";tag=\"{REQUEST_TAG}\";keyid=\"{id}\";nonce=\"{NONCE}\";expires=4000000060;created=4000000000"
        );
        let digest = (!parts.body.is_empty()).then(|| content_digest(parts.body));
        let headers = sign_elsewhere(&request_lines(&parts), &params, 1, digest);
        let verified = verify_request(&parts, &headers, holder_of(&installation()), NOW).unwrap();
        assert_eq!(verified.created, NOW);
    }
    let answer = AnswerParts { status: 409, body: b"{}", retry_after: None };
    let id = office().public().id();
    let params = format!(";nonce=\"{NONCE}\";created=4000000000;tag=\"{ANSWER_TAG}\";keyid=\"{id}\"");
    let headers = sign_elsewhere(&answer_lines(&answer), &params, 2, Some(content_digest(answer.body)));
    verify_answer(&answer, &headers, &question(), holder_of(&office())).unwrap();
}
