//! The help-desk web site, as the people of a service organization use it.
#![allow(clippy::unwrap_used, reason = "a test that fails, panics")]

mod accessible;
mod assistance;
mod desk;
mod installation;
mod licenses;
mod looks;
mod organizations;
mod presence;
mod standing;
