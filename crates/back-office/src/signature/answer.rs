use chrono::{DateTime, Utc};
use signed_envelope::{KeyId, PublicKey, SigningKey};

use crate::signature::headers::{CONTENT_DIGEST, RETRY_AFTER};
use crate::signature::input::{Input, Line, nonce_text, sign};
use crate::signature::request::query;
use crate::signature::{
    ANSWER_TAG, Nonce, RequestParts, SignatureError, SignatureHeaders, content_digest, digest,
};

/// The parts of an answer that are signed.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct AnswerParts<'a> {
    /// Status code.
    pub status: u16,
    /// Its digest is signed also when it is empty.
    pub body: &'a [u8],
    /// Value of `Retry-After`; covered when there is one. An answer's counts only if it is covered.
    pub retry_after: Option<&'a str>,
}

/// What an answer says that it answers: small, so that it can be kept through a held poll in place of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    method: Box<str>,
    path: Box<str>,
    query: Box<str>,
    nonce: Option<Nonce>,
}

/// An answer in the back office's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedAnswer {
    /// The key that signed.
    pub key_id: KeyId,
    /// The signed time.
    pub created: DateTime<Utc>,
    /// `Retry-After`, when the signature covers it.
    pub retry_after: Option<String>,
}

impl Question {
    /// `nonce` is the request's; `None` when it had none that could be read.
    pub fn new(parts: &RequestParts<'_>, nonce: Option<&Nonce>) -> Self {
        Self {
            method: parts.method.into(),
            path: parts.path.into(),
            query: query(parts.query).into(),
            nonce: nonce.cloned(),
        }
    }

    fn lines<'a>(&'a self, answer: &AnswerParts<'a>, digest: &'a str, retry_after: bool) -> Vec<Line<'a>> {
        let mut lines = vec![
            ("\"@status\"", answer.status.to_string().into()),
            ("\"content-digest\"", digest.into()),
            ("\"@method\";req", (&*self.method).into()),
            ("\"@path\";req", (&*self.path).into()),
            ("\"@query\";req", (&*self.query).into()),
        ];
        let retry_after = answer.retry_after.filter(|_| retry_after);
        lines.extend(retry_after.map(|value| ("\"retry-after\"", value.into())));
        lines
    }
}

/// Signs an answer (section 2.4). `now` becomes the signed time.
pub fn sign_answer(
    answer: &AnswerParts<'_>,
    question: &Question,
    key: &SigningKey,
    now: DateTime<Utc>,
) -> SignatureHeaders {
    let digest = content_digest(answer.body);
    let params = format!(
        ";created={};nonce=\"{}\";keyid=\"{}\";tag=\"{ANSWER_TAG}\"",
        now.timestamp(),
        nonce_text(question.nonce.as_ref()),
        key.public().id(),
    );
    sign(&question.lines(answer, &digest, true), &params, Some(digest.clone()), key)
}

/// Believes an answer to `question`, when its parameters, key, nonce, digest and signature are right; judged in this
/// order. Its time is what the back office says, not something to be judged.
///
/// # Errors
/// [`SignatureError::UnknownKey`] when `resolve` knows no such key: the keys may have changed. Any other: the answer is
/// not the back office's, whatever its status.
pub fn verify_answer(
    answer: &AnswerParts<'_>,
    headers: &SignatureHeaders,
    question: &Question,
    resolve: impl FnOnce(&KeyId) -> Option<PublicKey>,
) -> Result<VerifiedAnswer, SignatureError> {
    let input = Input::read(headers)?;
    input.only(&["created", "keyid", "nonce", "tag"])?;
    input.tag(ANSWER_TAG)?;
    let created = input.time("created")?;
    let key_id = input.key_id()?;
    if input.text("nonce")? != nonce_text(question.nonce.as_ref()) {
        return Err(SignatureError::OtherNonce);
    }
    let key = resolve(&key_id).ok_or(SignatureError::UnknownKey { key: key_id })?;
    let digest =
        headers.content_digest.as_deref().ok_or(SignatureError::Missing { header: CONTENT_DIGEST })?;
    digest::check(digest, answer.body)?;
    let covered = input.components().iter().any(|identifier| identifier.trim_matches('"') == RETRY_AFTER);
    input.verify(&question.lines(answer, digest, covered), &key)?;
    let retry_after = answer.retry_after.filter(|_| covered).map(str::to_owned);
    Ok(VerifiedAnswer { key_id, created, retry_after })
}
