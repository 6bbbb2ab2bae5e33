//! The command line `remote-service`.
#![forbid(unsafe_code)]
fn main() {}
