//! What one signed call of the protocol costs at each end (goal: below 100 µs each): `cargo bench -p back-office`.
#![expect(clippy::unwrap_used, reason = "a bench that fails measures nothing")]

use back_office::signature::{
    AnswerParts, Nonce, Question, RequestParts, SignatureHeaders, sign_answer, sign_request, verify_answer,
    verify_request,
};
use chrono::{DateTime, Utc};
use divan::Bencher;
use signed_envelope::{KeyId, PublicKey, SigningKey};

fn main() {
    divan::main();
}

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;
const PRESENCE: RequestParts<'_> = RequestParts {
    method: "PUT",
    authority: "back-office.example.com",
    path: "/v1/presence",
    query: None,
    body: br#"{"product_version":"1.4.0","remote_assistance":{"allowed":true,"remote_desktop":true,"vpn":false}}"#,
};
const ANSWER: AnswerParts<'_> =
    AnswerParts { status: 200, body: br#"{"events":[],"cursor":7,"hold_s":45}"#, retry_after: None };

fn key() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

fn holder(key: &SigningKey) -> impl Fn(&KeyId) -> Option<PublicKey> + use<> {
    let key = key.public();
    move |_| Some(key)
}

fn nonce() -> Nonce {
    "00112233445566778899aabbccddeeff".parse().unwrap()
}

fn request() -> SignatureHeaders {
    sign_request(&PRESENCE, &key(), NOW, &nonce())
}

#[divan::bench]
fn signs_a_request(bencher: Bencher) {
    let (key, nonce) = (key(), nonce());
    bencher.bench(|| sign_request(&PRESENCE, &key, NOW, &nonce));
}

#[divan::bench]
fn verifies_a_request(bencher: Bencher) {
    let (headers, resolve) = (request(), holder(&key()));
    bencher.bench(|| verify_request(&PRESENCE, &headers, &resolve, NOW).unwrap());
}

#[divan::bench]
fn signs_an_answer(bencher: Bencher) {
    let (key, question) = (key(), Question::new(&PRESENCE, Some(&nonce())));
    bencher.bench(|| sign_answer(&ANSWER, &question, &key, NOW));
}

#[divan::bench]
fn verifies_an_answer(bencher: Bencher) {
    let question = Question::new(&PRESENCE, Some(&nonce()));
    let (headers, resolve) = (sign_answer(&ANSWER, &question, &key(), NOW), holder(&key()));
    bencher.bench(|| verify_answer(&ANSWER, &headers, &question, &resolve).unwrap());
}
