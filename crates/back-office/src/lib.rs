//! The protocol between an installation and its back office: wire types, signatures, client.
#![forbid(unsafe_code)]
