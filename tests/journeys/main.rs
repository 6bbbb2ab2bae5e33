//! Journeys through the public API: a whole installation against live servers.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that fails, panics")]

mod assistance;
mod delivery;
mod forms;
mod offline;
mod refusals;
mod renewal;
mod standing;
mod steps;
