//! The gate that lets nobody in without the customer's yes.
//!
//! ```text
//! signed envelope ──Request::open──▶ Request ──Gate::step──▶ on the screen ──Grant by a LocalUser──▶ Consent
//!                                                                                                       │
//! audit: every outcome ◀──Gatekeeper──┐                                 SessionBroker::open(&Consent) ◀─┘
//!                                     │                                                                 │
//!           LocalClient::stop ◀── Gate::step ◀── End, time up, off …        LocalClient::start(Session) ◀─┘
//! ```
//! [`Gate`] holds every rule, without clock, file or socket: [`Input`]s and the time ([`Now`]) go in, [`Effect`]s come out.
//! [`Gatekeeper`] puts all on record before it is done; [`ClientThread`] does what concerns this computer.
//!
//! To audit the crate, read `gate.rs`, `gate/asking.rs` (the one place where a [`Consent`] is made), `gate/session.rs`,
//! `gate/kept.rs`, `gatekeeper.rs` and `request.rs`, and for the proof `tests/gate/world.rs`.
//!
//! # Example
//! A request is shown, granted by somebody who may, and ended.
//! ```
//! # use {chrono::{DateTime, FixedOffset, TimeDelta}, secrecy::SecretString};
//! use remote_assistance::{Authenticator, Effect, Gate, Input, LocalUser, Now, Policy, Request, Scope, SignedIn};
//!
//! /// The product knows who is signed in; here everybody is Kim, who has the role.
//! struct Product;
//! impl Authenticator for Product {
//!     fn signed_in(&self, _: &SecretString) -> Option<SignedIn> { Some(SignedIn { name: "Kim".into(), may_allow: true }) }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (wall, back_office) = (DateTime::UNIX_EPOCH, signed_envelope::SigningKey::generate()?);
//! # let (request_id, scopes) = (remote_assistance::RequestId::from_bytes([1; 16]), [Scope::View, Scope::Control].into());
//! # let envelope = remote_assistance::RequestDocument {
//! #     request_id, installation_id: "installation-1".into(), requester_id: "r-17".into(), requester_name: "Robin".into(),
//! #     organization: "Print Services".into(), ticket: "T-4711".into(), reason: "Colours are off".into(), scopes,
//! #     duration_minutes: 30, issued_at: wall, expires_at: wall + TimeDelta::seconds(120),
//! # }.sign(&[&back_office])?.to_json();
//! # let (offset, back_office_keys) = (FixedOffset::east_opt(0).ok_or("no offset")?, back_office.public().into());
//! let now = Now { wall, since_boot: Default::default(), signed: Some(wall), offset };
//! let mut gate = Gate::new(Policy { allowed: true, ..Policy::default() }, None);
//! gate.step(Input::UserSeen, now);
//! let asked = Request::open(&envelope, &back_office_keys, "installation-1", now);
//! gate.step(Input::Asked(asked), now);
//! let question = gate.view().question.ok_or("nothing is asked")?;
//! assert_eq!(question.request.requester_name, "Robin");
//! let user = LocalUser::authenticate(&Product, &"the session cookie".into()).ok_or("nobody")?;
//! let (request, scopes) = (request_id, [Scope::View].into());
//! let effects = gate.step(Input::Grant { request, user, scopes, minutes: 15 }, now);
//! assert!(matches!(effects.last(), Some(Effect::Open(consent)) if consent.scopes() == scopes));
//! let effects = gate.step(Input::End { by: "Kim".into() }, now);
//! assert!(effects.iter().any(|effect| matches!(effect, Effect::Stop(_))));
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//! | feature | adds |
//! | --- | --- |
//! | `teamviewer` | the adapters for TeamViewer: its Web API, and its program on this computer |
//! | `contract` | checks for adapters written elsewhere, and a rehearsal of the gate for tests |
#![forbid(unsafe_code)]

pub mod audit;
mod codes;
#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod error;
mod gate;
mod gatekeeper;
mod hours;
mod now;
mod policy;
mod port;
#[cfg(any(test, feature = "contract"))]
mod rehearsal;
mod request;
mod scopes;
mod session;
#[cfg(feature = "teamviewer")]
pub mod teamviewer;
mod user;

pub use error::Error;
pub use gate::{
    Banner, Damage, Decision, Decline, DurableState, Effect, EndNotice, EndReason, Gate, Input, Question,
    Refusal, Report, Stage, View,
};
pub use gatekeeper::Gatekeeper;
pub use hours::WeeklyHours;
pub use now::Now;
pub use policy::Policy;
pub use port::{
    Answer, Availability, BrokerError, ClientThread, InMemoryBroker, InMemoryClient, LocalClient,
    SessionBroker,
};
pub use request::{
    REQUEST_LIFE, REQUEST_TYPE, Rejection, Request, RequestDocument, RequestId, SESSION_MINUTES,
};
pub use scopes::{Scope, Scopes};
pub use session::{ClientProcess, Consent, Session, SessionCode, SessionLink};
pub use user::{Authenticator, LocalUser, SignedIn};
