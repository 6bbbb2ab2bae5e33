//! The customer's console in a real browser, against a live back office, license server, squid and Samba.
#![allow(clippy::unwrap_used, reason = "a test that fails, panics")]

mod by_hand;
mod keyboard;
mod looks;
mod procedure;
mod samba;
mod settings;
mod shop;
mod steps;
mod told;
