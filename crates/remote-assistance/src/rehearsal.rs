use std::time::Duration;

use chrono::{DateTime, Offset, TimeDelta, Utc};
use secrecy::SecretString;
use signed_envelope::{Envelope, KeyRing, SigningKey};

use crate::{
    Authenticator, Error, LocalUser, Now, Rejection, Request, RequestDocument, RequestId, Scope, SessionCode,
    SessionLink, SignedIn,
};

/// A back office and a customer to rehearse with: for the tests of this crate, of adapters and of embedders. What it
/// makes passes through the same doors as the real thing: requests are signed and opened, users authenticated.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    back_office: SigningKey,
    start: DateTime<Utc>,
    requests: u128,
}

impl Rehearsal {
    /// The installation that is asked.
    pub const INSTALLATION: &'static str = "installation-1";

    /// A rehearsal with a fresh back-office key; the story begins on Monday, 1 June 2026, at 10:00 UTC.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when the operating system gives no random bytes.
    pub fn new() -> Result<Self, Error> {
        let back_office = SigningKey::generate().map_err(|_| Error::BadRequest { what: "key" })?;
        let start = DateTime::from_timestamp(1_780_308_000, 0).unwrap_or_default();
        Ok(Self { back_office, start, requests: 0 })
    }

    /// The clocks, `seconds` into the story: the computer was on for a day when it began.
    pub fn at(&self, seconds: u32) -> Now {
        let wall = self.start + TimeDelta::seconds(seconds.into());
        let since_boot = Duration::from_secs(24 * 3600 + u64::from(seconds));
        Now { wall, since_boot, signed: Some(wall), offset: Utc.fix() }
    }

    /// The keys that sign requests.
    pub fn keys(&self) -> KeyRing {
        KeyRing::from(self.back_office.public())
    }

    /// A new request, as the back office writes it: someone wants to see and use the screen for 30 minutes.
    pub fn document(&mut self, now: Now) -> RequestDocument {
        self.requests += 1;
        RequestDocument {
            request_id: RequestId::from_bytes(self.requests.to_be_bytes()),
            installation_id: Self::INSTALLATION.to_owned(),
            requester_id: "r-17".to_owned(),
            requester_name: "Robin of the help desk".to_owned(),
            organization: "Print Services".to_owned(),
            ticket: "T-4711".to_owned(),
            reason: "Colours are off".to_owned(),
            scopes: [Scope::View, Scope::Control].into(),
            duration_minutes: 30,
            issued_at: now.wall,
            expires_at: now.wall + TimeDelta::seconds(120),
        }
    }

    /// The document, signed.
    ///
    /// # Errors
    /// As of [`RequestDocument::sign`].
    pub fn sign(&self, document: &RequestDocument) -> Result<Envelope, Error> {
        document.sign(&[&self.back_office])
    }

    /// The document, signed and opened.
    ///
    /// # Errors
    /// As of [`Request::open`]; [`Rejection::Malformed`] when it cannot be signed.
    pub fn open(&self, document: &RequestDocument, now: Now) -> Result<Request, Rejection> {
        let envelope = self.sign(document).map_err(|_| Rejection::Malformed)?.to_json();
        Request::open(&envelope, &self.keys(), Self::INSTALLATION, now)
    }

    /// A session at the provider, named after the request.
    ///
    /// # Errors
    /// [`Error::BadSessionCode`] never, in fact: the id of a request has the form of a code.
    pub fn link(request: RequestId) -> Result<SessionLink, Error> {
        let code = SessionCode::new(&request.to_string())?;
        let side = |side: &str| format!("https://session.invalid/{side}/{code}");
        Ok(SessionLink { end_customer_link: side("customer"), supporter_link: side("supporter"), code })
    }

    /// A user of the customer; `may_allow` is the role. Never `None`: this customer knows everybody.
    pub fn user(&self, name: &str, may_allow: bool) -> Option<LocalUser> {
        let customer = Customer { name: name.to_owned(), may_allow };
        LocalUser::authenticate(&customer, &SecretString::from(""))
    }
}

/// Lets anybody in whom the rehearsal names.
struct Customer {
    name: String,
    may_allow: bool,
}

impl Authenticator for Customer {
    fn signed_in(&self, _: &SecretString) -> Option<SignedIn> {
        Some(SignedIn { name: self.name.clone(), may_allow: self.may_allow })
    }
}
