//! The gate against everything that people, networks and crashes can do to it: every order of inputs up to a depth, and
//! long random ones. What must never happen is written down in `world.rs`, apart from the gate's own code.

mod exhaustive;
mod walk;
mod world;
