//! What happened, as a chain of hashes that shows every change made to it.
//!
//! A record is one line of JSON. `prev` is the SHA-256 of the line before, without its end of line; of the first
//! record it is 64 zeros. A head says how many records there are and the hash of the last one, signed by the
//! installation.

mod event;

pub use event::Event;
