//! HTTP message signatures (RFC 9421) with Ed25519, as the protocol lays them down; no I/O, the same code at both ends.
//!
//! ```text
//! installation                                          back office
//! sign_request(parts, key, now, nonce) ───────▶ Claim::read(headers) ─ key by id ─▶ Claim::verify(parts, key, now)
//! verify_answer(answer, headers, question) ◀─────────── sign_answer(answer, question, key, now)
//! ```
//! Narrower than the RFC on purpose, so that one message has one meaning: exactly one label, exactly the covered
//! components of the protocol in its order, exactly its parameters (in any order), no header twice. Section numbers in
//! this module are those of RFC 9421.
//!
//! | | covered components | parameters |
//! | --- | --- | --- |
//! | request | `@method` `@authority` `@path` `@query`, and `content-digest` when there is a body | `created` `expires` (= created + 60 s) `nonce` `keyid` `tag` |
//! | answer | `@status` `content-digest` `@method;req` `@path;req` `@query;req`, and `retry-after` when it is to count | `created` `nonce` (the request's) `keyid` `tag` |
mod answer;
mod digest;
mod error;
mod headers;
mod input;
mod nonce;
mod request;

pub use answer::{AnswerParts, Question, VerifiedAnswer, sign_answer, verify_answer};
pub use digest::content_digest;
pub use error::SignatureError;
pub use headers::SignatureHeaders;
pub use nonce::Nonce;
pub use request::{Claim, RequestParts, VerifiedRequest, sign_request, verify_request};

/// Tag of a request's signature.
pub const REQUEST_TAG: &str = "remote-service-v1";
/// Tag of an answer's signature.
pub const ANSWER_TAG: &str = "remote-service-answer-v1";
/// How long a request's signature lasts, in seconds: `expires` = `created` + this.
pub const LIFETIME_S: i64 = 60;
/// How far the two clocks may be apart, in seconds: created − this ≤ now ≤ expires + this.
pub const TOLERANCE_S: i64 = 300;

/// The authority of a URL as it is written into `@authority` (section 2.2.3): host in lower case, the port only when it
/// is not the scheme's own. `None` for a URL without a host. A server takes its own from what it is configured with,
/// never from a request.
#[cfg(feature = "client")]
pub fn authority_of(url: &url::Url) -> Option<String> {
    let host = url.host_str()?.to_ascii_lowercase();
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host,
    })
}

#[cfg(test)]
mod tests;
