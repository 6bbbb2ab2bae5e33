//! Judges a signed license and delivers it to a floating license server.
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
pub use deliver::{Delivered, accept, deliver, recognise, reset, resume};
pub use diff::{ChangeKind, ChangeReason, Changes, FeatureChange, Moved, Total, diff};
pub use error::Error;
pub use file_name::FileName;
pub use format::{Format, Opened};
pub use license::{Count, Expiry, Feature, FileBinding, FormatName, License, Warning};
pub use notices::{Notice, NoticeInput, PICK_UP_TIME, Place, WINDOW, notices};
pub use offer::Offer;
pub use outbox::{Entry, EntryState, Failure, Outbox};
pub use plan::{Plan, plan, plan_unsigned};
pub use records::{Announcement, Records, Seen};
pub use refusal::Refusal;
pub use signed_envelope::Digest;
pub use standing::{Standing, standing};
pub use trust::{MAX_FILE, Trust, Verified};
pub use version::compare_versions;
