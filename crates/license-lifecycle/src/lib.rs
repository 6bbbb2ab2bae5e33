//! Judges a signed license and delivers it to a floating license server.
//!
//! ```text
//! bytes ──open(trust)──▶ Verified<License> ──plan(in force, mark)──▶ Keep | Refuse | Deliver
//!                             │                                                       │ accept
//!         standing(today) ◀───┼───▶ covers(release)                                   ▼
//!                diff(in force, offered)              Records ◀──deliver(LicenseServer)── Outbox
//!                             └──────▶ notices(today) ◀──┘
//! ```
//! Decisions are plain functions: nothing here reads a clock, a socket or an environment variable, and nothing is
//! enforced. What a license problem means for the product is the product's to decide.
//!
//! ```
//! use license_lifecycle::{Expiry, FormatName, License, NoticeInput, Standing, notices, standing, WINDOW};
//!
//! let last_day = "2027-03-31".parse()?;
//! let license = License { expires: Expiry::On(last_day), ..License::new(FormatName::MANIFEST) };
//!
//! let today = "2027-02-28".parse()?;
//! assert_eq!(standing(license.expires, today, WINDOW), Standing::ExpiresSoon { on: last_day, days: 31 });
//! assert_eq!(notices(&NoticeInput::new(Some(&license), today))[0].code(), "license_expires_soon");
//! # Ok::<(), chrono::ParseError>(())
//! ```
//! Longer examples stand in the workspace's `examples/`: `judge_a_license`, `add_a_format`, `installer`,
//! `deliver_to_your_server`.
//!
//! | feature | adds |
//! | --- | --- |
//! | `contract` | `server::contract::check`, which holds a license server of your own to the promises of the port |
//! | `issue` | `manifest::issue` and `manifest::issue_reset`: the vendor's side |
//! | `keygen` | the module `keygen`: Keygen license and machine files |
//! | `smb` | `server::SmbShare`: delivery to an SMB 3 share with an account of its own |
//! | `texts` | the module `texts`: sentences in English, Dutch, German, French and Japanese |
//! | `tracing` | events at each step of a delivery |
#![forbid(unsafe_code)]

mod accepted;
mod clock;
mod covers;
mod deliver;
mod diff;
mod document;
mod error;
mod file_name;
pub mod flexnet;
mod format;
mod kept;
#[cfg(feature = "keygen")]
pub mod keygen;
mod license;
pub mod lmstat;
pub mod manifest;
mod notices;
mod offer;
mod outbox;
mod plan;
mod records;
mod refusal;
pub mod server;
mod standing;
#[cfg(feature = "texts")]
pub mod texts;
mod trace;
mod trust;
mod version;

pub use accepted::{Accepted, Mark};
pub use clock::{CLOCK_TOLERANCE, ClockReading, ClockSetBack, issued_in_the_future, known_time, read_clock};
pub use covers::{Entitlement, EntitlementReason, Policy, Release, covers, last_covered_release};
pub use deliver::{Delivered, Delivery, accept, deliver, recognise, recognised, reset, resume};
pub use diff::{ChangeKind, ChangeReason, Changes, FeatureChange, Moved, Total, diff};
pub use error::Error;
pub use file_name::FileName;
pub use format::{Format, Opened};
pub use license::{Count, Expiry, Feature, FileBinding, FormatName, License, Warning};
pub use notices::{Notice, NoticeInput, PICK_UP_TIME, Place, WINDOW, notices};
pub use offer::Offer;
pub use outbox::{Entry, EntryState, Failure, Outbox, Progress, Saved};
pub use plan::{Plan, plan, plan_unsigned};
pub use records::{Announcement, Records, Seen};
pub use refusal::Refusal;
pub use signed_envelope::{Digest, KeyId, KeyRing, PublicKey, TrustedKey};
pub use standing::{Standing, standing};
pub use trust::{MAX_FILE, Trust, Verified};
pub use version::compare_versions;
