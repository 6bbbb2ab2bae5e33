//! Judges a signed license and delivers it to a floating license server.
#![forbid(unsafe_code)]

mod accepted;
mod error;
mod file_name;
pub mod flexnet;
mod license;
pub mod lmstat;
mod refusal;
mod trust;

pub use accepted::{Accepted, Mark};
pub use error::Error;
pub use file_name::FileName;
pub use license::{Count, Expiry, Feature, FileBinding, FormatName, License, Warning};
pub use refusal::Refusal;
pub use signed_envelope::Digest;
pub use trust::{Trust, Verified};
