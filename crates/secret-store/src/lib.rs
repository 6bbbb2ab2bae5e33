//! A place for secrets at rest: port and adapters.
#![forbid(unsafe_code)]
