//! The protocol between an installation and its back office, version 1: wire types, signatures, client.
//!
//! ```text
//!  installation                                                             back office
//!  ───────────                                                              ───────────
//!  Applicant ──Client::enroll──▶ EnrollmentRequest ══ signed by the new key ══▶ EnrollmentAnswer
//!                                                                                 │ back_office_keys
//!  trusted keys ──keys::open_back_office_keys(authority, sequence, now)──▶ BackOfficeKeys
//!                                                                                 │ key by id
//!  RequestParts ──sign_request──▶ SignatureHeaders ══════▶ Claim ──verify──▶ VerifiedRequest
//!  VerifiedAnswer ◀──verify_answer── SignatureHeaders ◀══════ sign_answer(AnswerParts, Question)
//!
//!  Client::events(cursor) ─▶ Events ─▶ [Event] ── license_offered ─▶ Client::license(have) ─▶ OfferedLicense
//!         ▲                               └────── probe ──────────▶ Client::answer_probe
//!         └── retry::{Hold, Failures, delay, drain_delay, judge}: when to ask again, and for how long
//! ```
//! TLS alone is not trusted, because inspecting proxies are common: every request and every answer is signed (RFC 9421),
//! and an answer without the back office's signature is a fault of the way, whatever its status. Licenses and requests for
//! assistance are carried unread ([`CarriedEnvelope`]); their own signatures are judged elsewhere.
//!
//! Nothing here reads a clock: each call takes `now`. Everything that is read has a size limit, and a time limit where it
//! comes from a network.
//!
//! # Example
//! Both ends of one signed request and its answer:
//! ```
//! use back_office::signature::*;
//! use chrono::{DateTime, Utc};
//! use signed_envelope::{KeyId, SigningKey};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let now = DateTime::<Utc>::UNIX_EPOCH;
//! let [installation, office] = [SigningKey::generate()?, SigningKey::generate()?];
//! let poll = RequestParts {
//!     method: "GET",
//!     authority: "back-office.example.com",
//!     path: "/v1/events",
//!     query: Some("cursor=7&wait=45&boot=4f1d"),
//!     body: b"",
//! };
//! let nonce = Nonce::generate()?;
//! let headers = sign_request(&poll, &installation, now, &nonce);
//!
//! // The back office reads what the request claims, looks the key up and only then believes it.
//! let claim = Claim::read(&headers)?;
//! assert_eq!(claim.key_id(), installation.public().id());
//! let question = Question::new(&poll, Some(claim.nonce()));
//! claim.verify(&poll, &installation.public(), now)?;
//! let answer = AnswerParts { status: 204, body: b"", retry_after: None };
//! let headers = sign_answer(&answer, &question, &office, now);
//!
//! // The installation knows the answer as one to its own request.
//! let question = Question::new(&poll, Some(&nonce));
//! let known = |id: &KeyId| (*id == office.public().id()).then(|| office.public());
//! assert_eq!(verify_answer(&answer, &headers, &question, known)?.created, now);
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//! | feature | default | what it adds |
//! | --- | --- | --- |
//! | `client` | no | `Client`: the installation's side over a ready-made `reqwest::Client` |
//! | `openapi` | no | OpenAPI schemas (`utoipa::ToSchema`) of the wire types, for a server's own document |
#![forbid(unsafe_code)]

mod assistance;
mod audit;
mod carried;
#[cfg(feature = "client")]
mod client;
mod encoding;
mod enrollment;
mod error;
mod event;
pub mod keys;
mod offer;
mod presence;
mod problem;
pub mod retry;
mod rotation;
#[cfg(test)]
mod round_trip;
pub mod signature;

pub use assistance::{Decision, Scope, SessionReport, SupporterLink};
pub use audit::{AuditAcknowledgement, AuditBatch, MAX_REQUEST};
pub use carried::CarriedEnvelope;
#[cfg(feature = "client")]
pub use client::{Client, Enrolled};
pub use enrollment::{Applicant, EnrollmentAnswer, EnrollmentRequest, EnrollmentState};
pub use error::{Error, Hop};
pub use event::{Event, EventKind, Events};
pub use keys::BackOfficeKeys;
pub use offer::{OfferState, OfferedLicense};
pub use presence::{Availability, Presence, ProbeAnswer};
pub use problem::Problem;
pub use rotation::{KeyRotation, ROTATION_TYPE};
