//! Reference back office of the Remote Service: enrolment, held polls, licenses, help desk.
//!
//! ```text
//! Config ──BackOffice::start──▶ Running ──administration()──▶ Administration
//!                                  │                             ├ add_organization, add_token, add_user
//!                                  └ /v1 signed, /staff/v1       └ publish
//! ```
//! The protocol itself (wire types and signatures of both directions) is the crate `back-office`.
#![forbid(unsafe_code)]

mod administration;
mod config;
mod error;
mod running;

pub use administration::{Administration, OrganizationCredentials, Publication, Role};
pub use config::{Config, Limits, Tls};
pub use error::Error;
pub use running::{BackOffice, Running};
