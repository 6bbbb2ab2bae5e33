//! The protocol between an installation and its back office: wire types, signatures, client.
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
pub use audit::{AuditAcknowledgement, AuditBatch};
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

/// The longest body of a request, in bytes: 256 KiB.
pub const MAX_REQUEST: usize = 256 * 1024;
