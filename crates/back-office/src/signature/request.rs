use chrono::{DateTime, TimeDelta, Utc};
use signed_envelope::{KeyId, PublicKey, SigningKey};

use crate::signature::input::{Input, Line, sign};
use crate::signature::{
    LIFETIME_S, Nonce, REQUEST_TAG, SignatureError, SignatureHeaders, TOLERANCE_S, content_digest, digest,
};

/// The parts of a request that are signed, as they stand on the wire.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct RequestParts<'a> {
    /// `GET`, `PUT`, `POST`.
    pub method: &'a str,
    /// Host in lower case, and the port unless it is 443.
    pub authority: &'a str,
    /// Percent-encoded, from `/` on.
    pub path: &'a str,
    /// What stands after `?`; `None` without one.
    pub query: Option<&'a str>,
    /// Empty = no body.
    pub body: &'a [u8],
}

/// What a request says of its signature: read, but not yet believed. Names the key that the back office must look up.
#[derive(Clone, Debug)]
pub struct Claim {
    input: Input,
    content_digest: Option<String>,
    key_id: KeyId,
    nonce: Nonce,
    created: DateTime<Utc>,
}

/// A request that a key has signed, in its time. Whether its nonce was seen before is for the caller to say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedRequest {
    /// The key that signed.
    pub key_id: KeyId,
    /// Repeated in the answer; to be stored for state-changing calls, now that the signature is known to be true.
    pub nonce: Nonce,
    /// When it was signed, by the installation's clock.
    pub created: DateTime<Utc>,
}

/// Signs a request. `now` is the back office's time as far as it is known.
pub fn sign_request(
    parts: &RequestParts<'_>,
    key: &SigningKey,
    now: DateTime<Utc>,
    nonce: &Nonce,
) -> SignatureHeaders {
    let digest = (!parts.body.is_empty()).then(|| content_digest(parts.body));
    let created = now.timestamp();
    let params = format!(
        ";created={created};expires={};nonce=\"{nonce}\";keyid=\"{}\";tag=\"{REQUEST_TAG}\"",
        created + LIFETIME_S,
        key.public().id(),
    );
    sign(&lines(parts, digest.as_deref()), &params, digest.clone(), key)
}

/// Reads and verifies a request in one go, where keys can be looked up without waiting.
///
/// # Errors
/// Those of [`Claim::read`] and [`Claim::verify`]; [`SignatureError::UnknownKey`] when `resolve` knows no such key.
pub fn verify_request(
    parts: &RequestParts<'_>,
    headers: &SignatureHeaders,
    resolve: impl FnOnce(&KeyId) -> Option<PublicKey>,
    now: DateTime<Utc>,
) -> Result<VerifiedRequest, SignatureError> {
    let claim = Claim::read(headers)?;
    claim.check_time(now)?;
    let key = resolve(&claim.key_id).ok_or(SignatureError::UnknownKey { key: claim.key_id })?;
    claim.verify(parts, &key, now)
}

impl Claim {
    /// Reads the headers: exactly one label and the five parameters.
    ///
    /// # Errors
    /// [`SignatureError::Malformed`], [`SignatureError::Labels`], [`SignatureError::Parameter`].
    pub fn read(headers: &SignatureHeaders) -> Result<Self, SignatureError> {
        let input = Input::read(headers)?;
        input.only(&["created", "expires", "nonce", "keyid", "tag"])?;
        input.tag(REQUEST_TAG)?;
        let created = input.time("created")?;
        if input.time("expires")? - created != TimeDelta::seconds(LIFETIME_S) {
            return Err(SignatureError::Parameter { name: "expires" });
        }
        let key_id = input.key_id()?;
        let nonce = input.text("nonce")?.parse()?;
        Ok(Self { content_digest: headers.content_digest.clone(), input, key_id, nonce, created })
    }

    /// The key that is said to have signed.
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// To be repeated in the answer, whatever becomes of the request.
    pub fn nonce(&self) -> &Nonce {
        &self.nonce
    }

    /// When the request is said to have been signed.
    pub fn created(&self) -> DateTime<Utc> {
        self.created
    }

    /// The cheap check, before a key is looked up: created − 300 s ≤ now ≤ expires + 300 s.
    ///
    /// # Errors
    /// [`SignatureError::Time`] otherwise.
    pub fn check_time(&self, now: DateTime<Utc>) -> Result<(), SignatureError> {
        let age = now - self.created;
        if age >= TimeDelta::seconds(-TOLERANCE_S) && age <= TimeDelta::seconds(LIFETIME_S + TOLERANCE_S) {
            Ok(())
        } else {
            Err(SignatureError::Time { created: self.created })
        }
    }

    /// Believes the request, when time, covered components, digest and signature are right; judged in this order.
    ///
    /// # Errors
    /// [`SignatureError::Time`], [`SignatureError::Components`], [`SignatureError::Digest`], [`SignatureError::Untrue`];
    /// [`SignatureError::UnknownKey`] when `key` is another than the one named.
    pub fn verify(
        self,
        parts: &RequestParts<'_>,
        key: &PublicKey,
        now: DateTime<Utc>,
    ) -> Result<VerifiedRequest, SignatureError> {
        self.check_time(now)?;
        if key.id() != self.key_id {
            return Err(SignatureError::UnknownKey { key: self.key_id });
        }
        // A digest that came with an empty body is not covered, and so changes nothing.
        let digest = self.content_digest.as_deref().filter(|_| !parts.body.is_empty());
        match digest {
            Some(digest) => digest::check(digest, parts.body)?,
            None if parts.body.is_empty() => {}
            None => return Err(SignatureError::Missing { header: "content-digest" }),
        }
        self.input.verify(&lines(parts, digest), key)?;
        Ok(VerifiedRequest { key_id: self.key_id, nonce: self.nonce, created: self.created })
    }
}

fn lines<'a>(parts: &RequestParts<'a>, digest: Option<&'a str>) -> Vec<Line<'a>> {
    let mut lines = vec![
        ("\"@method\"", parts.method.into()),
        ("\"@authority\"", parts.authority.into()),
        ("\"@path\"", parts.path.into()),
        ("\"@query\"", query(parts.query).into()),
    ];
    lines.extend(digest.map(|digest| ("\"content-digest\"", digest.into())));
    lines
}

/// The value of `@query` (section 2.2.7): with its question mark, which alone stands for no query.
pub(super) fn query(query: Option<&str>) -> String {
    format!("?{}", query.unwrap_or_default())
}
