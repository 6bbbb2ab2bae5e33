//! The gate that lets nobody in without the customer's yes.
//!
//! ```text
//! envelope ──Request::open──▶ Request ──Gate: shown to the customer──▶ grant(LocalUser) ──▶ Consent
//!                                                                                             │ SessionBroker::open
//!            audit: every outcome ◀── Gatekeeper ◀── Gate::step(Input, Now) ──▶ Effects       ▼
//!                                                        LocalClient::start / stop ◀──── Session
//! ```
#![forbid(unsafe_code)]

pub mod audit;
mod codes;
#[cfg(feature = "contract")]
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
