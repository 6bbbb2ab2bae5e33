//! Reference Floating License Server: an inbox that it empties, licenses that it activates, a status that says so.
//!
//! ```text
//! inbox "DroppedLicense" ──scan──▶ Item… ──judge(items, active, trust, now)──▶ Decision… ──▶ Shelf (active, archive)
//!      ▲ notify: a hint                                                            │             │
//!      └ rescan: the truth                                     Rejected/ + reason ◀┘             └─▶ GET /status, /lmstat, /metrics
//! ```
//! A license file is taken only together with an envelope in the inbox that names its SHA-256 and is signed by a trusted
//! key. No license replaces one of a higher sequence; a mistyped sequence is corrected by a reset (`NAME.reset.dsse`, signed
//! by the same keys), which is dropped before the corrected license, applies while the license in use has exactly the
//! sequence that it names, and is removed when it does not apply any more. Where bare files are accepted, one is taken
//! when it has not changed for two seconds: whoever copies it may still be at it.
//!
//! Counted is what runs today: features that are past, or not yet begun, are left out. Seats are not handed out yet: every feature shows its issued count and none in use.
//!
//! # Example
//! ```
//! use floating_license_server::{Acceptance, Config, FloatingLicenseServer};
//! use signed_envelope::SigningKey;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let root = tempfile::tempdir()?;
//! let inbox = root.path().join("DroppedLicense");
//! let vendor = SigningKey::generate()?.public();
//! let config = Config::new(inbox, Acceptance::Signed(vendor.into()), "127.0.0.1:0".parse()?);
//! let running = FloatingLicenseServer::start(config).await?;
//! assert_ne!(running.address().port(), 0); // GET http://ADDRESS/status
//! running.stop().await;
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod clock;
mod config;
mod error;
mod inbox;
mod judge;
mod running;
mod shelf;
mod status;
mod web;

pub use config::{Acceptance, Config};
pub use error::Error;
pub use running::{FloatingLicenseServer, Running};
