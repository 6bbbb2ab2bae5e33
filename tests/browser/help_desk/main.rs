//! The help-desk web site, as the people of a service organization use it.
#![allow(clippy::unwrap_used, reason = "a test that fails, panics")]

mod desk;
mod installation;
mod presence;
