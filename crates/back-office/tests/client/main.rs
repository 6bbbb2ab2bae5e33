//! The client against a back office that answers as told: its calls, and its bad days.
mod bad_days;
mod calls;
mod clock;
mod enrollment;
mod keys;
mod office;
mod wire_faults;
