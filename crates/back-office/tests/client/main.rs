//! The client against a back office that answers as told: its calls, and its bad days.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod bad_days;
mod calls;
mod clock;
mod enrollment;
mod keys;
mod office;
mod wire_faults;
