//! The pieces of work that go on while the service runs.

pub(crate) mod assistance;
pub(crate) mod delivery;
pub(crate) mod peer;
pub(crate) mod report;
#[cfg(feature = "smb")]
mod share;
pub(crate) mod visit;
mod watch;
