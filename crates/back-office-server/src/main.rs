//! The binary `remote-service-back-office`.
#![forbid(unsafe_code)]
fn main() {}
