//! The console as a browser without scripts meets it: who gets in, what pages say, and what attacks do.
#![allow(clippy::unwrap_used, reason = "a test that fails, panics")]

mod assistance;
mod browser;
mod injection;
mod languages;
mod licenses;
mod product;
mod roles;
mod security;
mod settings;
mod site;
