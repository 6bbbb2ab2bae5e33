//! Signed envelopes (DSSE v1.0.2), key rings and Ed25519 keys.
//!
//! ```text
//! bytes ──Envelope::parse──▶ Envelope ──KeyRing::open(type, now)──▶ Opened { payload, signers }
//!                               ▲
//! payload ──Envelope::sign──────┘
//! ```
//! An envelope says nothing until a key ring has opened it: the payload is then handed out together with the keys
//! that vouch for it. Nothing here reads a clock; the time at which keys are judged is an argument.
//!
//! # Example
//! ```
//! use chrono::{DateTime, Utc};
//! use signed_envelope::{Envelope, Error, KeyRing, SigningKey};
//!
//! # fn main() -> Result<(), Error> {
//! let now = DateTime::<Utc>::UNIX_EPOCH;
//! let vendor = SigningKey::generate()?;
//! let sent = Envelope::sign("text/plain", b"seven more seats", &[&vendor]).to_json();
//!
//! let received = Envelope::parse(&sent)?;
//! let opened = KeyRing::from(vendor.public()).open(&received, "text/plain", now)?;
//! assert_eq!(opened.payload, b"seven more seats");
//! assert_eq!(opened.signers, [vendor.public().id()]);
//!
//! let stranger = KeyRing::from(SigningKey::generate()?.public());
//! assert!(matches!(stranger.open(&received, "text/plain", now), Err(Error::NoTrustedSignature)));
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod digest;
mod envelope;
mod error;
mod hex;
mod key_ring;
mod public_key;
mod signing_key;

pub use digest::Digest;
pub use envelope::{Envelope, MAX_ENVELOPE, MAX_SIGNATURES};
pub use error::Error;
pub use key_ring::{KeyRing, MAX_KEYS, Opened, TrustedKey};
pub use public_key::{KeyId, PublicKey};
pub use signing_key::SigningKey;
