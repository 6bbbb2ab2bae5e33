//! Delivery to real Samba shares, on loopback: what arrives, and what each failure is called.
//!
//! Needs root and the packages `samba` and `smbclient`; `scripts/test` installs them.

mod backoff;
mod command_line;
mod failures;
mod figures;
mod folder;
mod killed;
mod samba;
mod service;
mod unknown;
mod whole;
