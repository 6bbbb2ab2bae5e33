//! What the tests against real servers share.
pub mod pacparser;
pub mod proxies;
pub mod reshaper;
pub mod serving;
pub mod target;
