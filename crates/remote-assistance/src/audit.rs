//! What happened, as a chain of hashes that shows every change made to it.
//!
//! ```text
//! audit-0000000001.jsonl   older records, moved aside when the file had grown to 1 MiB
//! audit.jsonl              one record a line; `prev` = SHA-256 of the line before, without its end of line
//! audit.head               how many records, and the hash of the last one: signed by the installation
//! ```
//! `prev` of the first record is 64 zeros. A record is synced, then the head is replaced, then what it tells of is
//! done: after a crash at most one record lies beyond the head, and the next start signs it. [`Verifier`] finds edits,
//! deletions, insertions and reordering by the chain, and a cut or added tail by the head. Without a head nothing can
//! be said about the tail; a tail that was cut together with an old head to match shows only against the head that
//! the back office acknowledged: [`Head::extend`] is its check.

mod event;
mod files;
mod head;
mod log;
mod record;
mod verify;

pub use event::Event;
pub use files::export;
pub use head::{HEAD_TYPE, Head};
pub use log::Batch;
pub(crate) use log::{Log, Opened};
pub use record::Record;
pub use verify::{Tail, Verification, Verifier};
