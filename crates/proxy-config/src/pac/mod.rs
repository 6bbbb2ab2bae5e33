//! PAC scripts: found, fetched, run within limits, and their answers read.
pub(crate) mod answer;
#[cfg(feature = "pac")]
mod date;
#[cfg(feature = "pac")]
mod engine;
#[cfg(feature = "pac")]
mod host;
mod location;
#[cfg(feature = "pac")]
mod names;
#[cfg(feature = "client")]
mod repeatable;
#[cfg(feature = "pac")]
mod shell;
#[cfg(feature = "pac")]
mod thread;

pub(crate) use self::location::shown;
#[cfg(feature = "client")]
pub use self::repeatable::Repeatable;
#[cfg(feature = "pac")]
pub(crate) use self::thread::MAX_SCRIPT;
#[cfg(feature = "pac")]
pub use self::thread::PacEngine;
