//! Any three lines as `Signature-Input`, `Signature` and `Content-Digest`, of a request and of an answer: nothing is
//! believed that nobody signed.
#![no_main]
use std::sync::LazyLock;

use back_office::signature::{
    AnswerParts, Claim, Nonce, Question, RequestParts, SignatureError, SignatureHeaders, verify_answer,
    verify_request,
};
use libfuzzer_sys::fuzz_target;
use signed_envelope::{PublicKey, SigningKey};

static KEY: LazyLock<PublicKey> = LazyLock::new(|| SigningKey::from_seed(&[7; 32]).public());

fuzz_target!(|bytes: &[u8]| {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let values = [lines.next(), lines.next(), lines.next()];
    let Ok(headers) = SignatureHeaders::collect(|name| match name {
        "signature-input" => values[0],
        "signature" => values[1],
        _ => values[2],
    }) else {
        return;
    };
    let parts =
        RequestParts { method: "PUT", authority: "a", path: "/v1/presence", query: Some("q"), body: b"{}" };
    let nonce: Option<Nonce> = match Claim::read(&headers) {
        Ok(claim) => {
            assert!(claim.clone().verify(&parts, &KEY, claim.created()).is_err());
            assert_eq!(claim.nonce().as_str().parse(), Ok::<_, SignatureError>(claim.nonce().clone()));
            let resolved = verify_request(&parts, &headers, |_| Some(*KEY), claim.created());
            assert!(matches!(resolved, Err(error) if !error.code().is_empty()));
            Some(claim.nonce().clone())
        }
        Err(_) => "0123456789abcdef".parse().ok(),
    };
    for retry_after in [None, Some("7")] {
        let answer = AnswerParts { status: 503, body: b"{}", retry_after };
        let question = Question::new(&parts, nonce.as_ref());
        assert!(verify_answer(&answer, &headers, &question, |_| Some(*KEY)).is_err());
    }
});
