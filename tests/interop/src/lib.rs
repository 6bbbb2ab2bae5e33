//! What the tests against real servers share.
pub mod proxies;
pub mod target;
