//! What can go wrong in this crate's own doings; what is wrong with a license is a [`Refusal`](crate::Refusal).

/// A failure of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file name breaks a rule of [`FileName`](crate::FileName).
    #[error("file name {name:?} {reason}")]
    BadFileName {
        /// The name as given.
        name: String,
        /// The rule.
        reason: &'static str,
    },
}
