//! The status of a floating license server: FlexNet's `lmstat -a` text, and the JSON of `license-server status`.
//!
//! ```text
//! lmstat -a  ──read──▶ Status ──write──▶ lmstat -a
//! GET /status ──serde──▶ Status
//! ```
//! The reader is lenient: it takes what it knows, keeps unknown lines in [`Status::unknown`] and never fails.
mod checkout;
mod fault;
mod read;
mod status;
#[cfg(test)]
mod tests;
mod write;

pub use read::read;
pub use status::{ActiveLicense, Checkout, Fault, FeatureUse, Pool, Server, Status, Vendor};
pub use write::write;
