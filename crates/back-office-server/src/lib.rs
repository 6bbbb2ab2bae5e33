//! Reference back office of the Remote Service: enrolment, held polls, licenses, help desk.
//!
//! ```text
//! Config ──BackOffice::start──▶ Running ──administration()──▶ Administration
//!                                  │                             ├ add_organization, add_token, add_user
//!                                  │                             └ publish ──bell──┐
//!                                  ├ /v1        signed both ways: enroll, events ◀─┘ license, …
//!                                  └ /staff/v1  bearer tokens: licenses
//! ```
//! The protocol itself (wire types and signatures of both directions) is the crate `back-office`.
#![forbid(unsafe_code)]

mod accept;
mod administration;
mod answer;
mod asked;
mod assistance;
mod audit;
mod bell;
mod clock;
mod config;
mod document;
mod enrollment;
mod error;
mod events;
mod identity;
mod installation;
mod keys;
mod later;
mod lines;
mod nonces;
mod offers;
mod office;
mod operation;
mod polls;
mod presence;
mod probes;
mod random;
mod rotation;
mod routes;
mod running;
mod signed;
mod site;
mod staff;
mod stopping;
mod store;
mod throttle;
mod tls;

pub use administration::{Administration, OrganizationCredentials, Publication, Role};
pub use config::{Config, Limits, Tls};
pub use error::Error;
pub use running::{BackOffice, Running};
