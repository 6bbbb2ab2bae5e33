//! The gate against everything that people, networks and crashes can do to it: every order of inputs up to a depth, and
//! long random ones. What must never happen is written down in `world.rs`, apart from the gate's own code.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on fails, and tells what it did"
)]

mod exhaustive;
mod walk;
mod world;
