//! Journeys through the public API: a whole installation against live servers.
#![allow(clippy::disallowed_methods, reason = "journeys begin now")]

mod offline;
mod refusals;
mod renewal;
mod steps;
