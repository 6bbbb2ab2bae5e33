//! Signed envelopes (DSSE), key rings and Ed25519 keys.
#![forbid(unsafe_code)]
