use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use signed_envelope::{Envelope, KeyRing, SigningKey};

use crate::codes::codes;
use crate::{Error, Now, Scopes};

/// The payload type of a signed request for assistance.
pub const REQUEST_TYPE: &str = "application/vnd.remote-service.assistance-request+json";
/// The longest time between `issued_at` and `expires_at`: 120 s.
pub const REQUEST_LIFE: TimeDelta = TimeDelta::seconds(120);
/// What a session may last, in minutes: 5 min to 168 h.
pub const SESSION_MINUTES: std::ops::RangeInclusive<u32> = 5..=168 * 60;

/// How far ahead of our idea of the back office's time a request may be issued: its nodes' clocks differ a little.
const AHEAD: TimeDelta = TimeDelta::seconds(60);
/// The most characters of an identifier, a name, an organization or a ticket.
const MAX_NAME: usize = 100;
/// The most characters of a reason.
const MAX_REASON: usize = 500;

/// The name of a request: 128 random bits, shown as 32 lower-case hex digits.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestId([u8; 16]);

impl RequestId {
    /// Takes 16 bytes from a source of randomness.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({self})")
    }
}

impl FromStr for RequestId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let digits = text.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase());
        if text.len() != 32 || !digits {
            return Err(Error::BadRequestId);
        }
        u128::from_str_radix(text, 16).map(|bits| Self(bits.to_be_bytes())).map_err(|_| Error::BadRequestId)
    }
}

impl TryFrom<String> for RequestId {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<RequestId> for String {
    fn from(id: RequestId) -> Self {
        id.to_string()
    }
}

/// The JSON document inside a signed request, as the back office writes it. Times are UTC.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RequestDocument {
    /// The name of the request; used once.
    pub request_id: RequestId,
    /// The installation that is asked.
    pub installation_id: String,
    /// Who asks: the help-desk user's account.
    pub requester_id: String,
    /// Who asks, in words.
    pub requester_name: String,
    /// The service organization that the requester belongs to.
    pub organization: String,
    /// The ticket that it is about; may be empty.
    pub ticket: String,
    /// Why; up to 500 characters, several lines are allowed.
    pub reason: String,
    /// What the requester wants to do; at least one.
    pub scopes: Scopes,
    /// For how long, in minutes, within [`SESSION_MINUTES`].
    pub duration_minutes: u32,
    /// When it was signed.
    pub issued_at: DateTime<Utc>,
    /// The last moment at which it may be shown; at most [`REQUEST_LIFE`] after `issued_at`.
    pub expires_at: DateTime<Utc>,
}

impl RequestDocument {
    /// Signs the request, so that [`Request::open`] takes it.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when a field is not what `open` accepts, [`Error::Json`] when it cannot be written.
    pub fn sign(&self, keys: &[&SigningKey]) -> Result<Envelope, Error> {
        self.check().map_err(|what| Error::BadRequest { what })?;
        let payload = serde_json::to_vec(self).map_err(|source| Error::Json(source.into()))?;
        Ok(Envelope::sign(REQUEST_TYPE, &payload, keys))
    }

    /// The first field that is not as it must be.
    fn check(&self) -> Result<(), &'static str> {
        let plain = |text: &str, most: usize| text.chars().count() <= most && text.chars().all(is_plain);
        let name = |text: &str| !text.trim().is_empty() && plain(text, MAX_NAME);
        let lines = |text: &str| text.split('\n').all(|line| plain(line, MAX_REASON));
        let life = self.expires_at.signed_duration_since(self.issued_at);
        let rules = [
            (name(&self.installation_id), "installation_id"),
            (name(&self.requester_id), "requester_id"),
            (name(&self.requester_name), "requester_name"),
            (name(&self.organization), "organization"),
            (plain(&self.ticket, MAX_NAME), "ticket"),
            (lines(&self.reason) && self.reason.chars().count() <= MAX_REASON, "reason"),
            (!self.scopes.is_empty(), "scopes"),
            (SESSION_MINUTES.contains(&self.duration_minutes), "duration_minutes"),
            (life > TimeDelta::zero() && life <= REQUEST_LIFE, "expires_at"),
        ];
        rules.iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, what)| Err(what))
    }
}

/// Whether a character shows as itself: no control character, nothing that turns the direction of writing (Unicode
/// Standard Annex 9) or is invisible, so that a name cannot pose as another one.
fn is_plain(c: char) -> bool {
    let turns = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}');
    !c.is_control() && !turns
}

/// A request that a back-office key signed, for this installation, in its time. Nothing else makes one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request(RequestDocument);

impl Request {
    /// Opens a signed request: signature, form, installation and time, in this order. `back_office_keys` sign
    /// requests, nothing else does. The time is the back office's, [`Now::signed`].
    ///
    /// # Errors
    /// The [`Rejection`] to pass to the gate, which puts it on record.
    pub fn open(
        envelope: &[u8],
        back_office_keys: &KeyRing,
        installation_id: &str,
        now: Now,
    ) -> Result<Self, Rejection> {
        let signed_now = now.signed.ok_or(Rejection::NoSignedTime)?;
        let envelope = Envelope::parse(envelope).map_err(|_| Rejection::Malformed)?;
        let opened = back_office_keys
            .open(&envelope, REQUEST_TYPE, signed_now)
            .map_err(|_| Rejection::SignatureUntrusted)?;
        let document: RequestDocument =
            serde_json::from_slice(opened.payload).map_err(|_| Rejection::Malformed)?;
        document.check().map_err(|_| Rejection::Malformed)?;
        if document.installation_id != installation_id {
            return Err(Rejection::WrongInstallation);
        }
        if signed_now > document.expires_at {
            return Err(Rejection::Expired);
        }
        if document.issued_at > signed_now + AHEAD {
            return Err(Rejection::IssuedInTheFuture);
        }
        Ok(Self(document))
    }

    /// Whether both ask for the same thing: all fields but the id and the times.
    pub(crate) fn asks_the_same_as(&self, other: &Self) -> bool {
        let other = &other.0;
        let times = (self.request_id, self.issued_at, self.expires_at)
            != (other.request_id, other.issued_at, other.expires_at);
        let same = RequestDocument {
            request_id: self.request_id,
            issued_at: self.issued_at,
            expires_at: self.expires_at,
            ..other.clone()
        };
        times && same == self.0
    }
}

impl std::ops::Deref for Request {
    type Target = RequestDocument;

    fn deref(&self) -> &RequestDocument {
        &self.0
    }
}

codes! {
    /// Why a request was dropped unseen and unanswered. The customer never sees one of these.
    Rejection {
        /// Not an envelope, or not a request in it.
        Malformed = "malformed",
        /// No back-office key signed it.
        SignatureUntrusted = "signature_untrusted",
        /// It is for another installation.
        WrongInstallation = "wrong_installation",
        /// Its time is over.
        Expired = "expired",
        /// It is from later than now.
        IssuedInTheFuture = "issued_in_the_future",
        /// There is no signed time yet to judge it by.
        NoSignedTime = "no_signed_time",
        /// Its id was used before.
        Replayed = "replayed",
    }
}

#[cfg(test)]
mod tests;
