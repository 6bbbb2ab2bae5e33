//! The pieces of work that go on while the service runs.

pub(crate) mod delivery;
pub(crate) mod report;
pub(crate) mod visit;
mod watch;
