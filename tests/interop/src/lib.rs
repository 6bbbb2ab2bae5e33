//! What the tests against real servers share.
pub mod proxies;
pub mod serving;
pub mod target;
