//! Reference Floating License Server: inbox folder, activation, status.
#![forbid(unsafe_code)]
