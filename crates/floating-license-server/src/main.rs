//! The binary `floating-license-server`.
#![forbid(unsafe_code)]
fn main() {}
