//! Journeys of installations through a running back office, over its public API and real connections.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that fails, panics, and journeys begin now"
)]

mod browser;
mod busy;
mod enrollment;
mod licenses;
mod polls;
mod security;
mod site;
mod standing;
mod world;
