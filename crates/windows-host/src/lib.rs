//! Runs the Remote Service as a Windows service.
//!
//! ```text
//! Installation ──install, log_on_as────▶ service manager
//! Service ───────start, stop, uninstall───────┘ │ starts the program with the arguments installed
//!                       run(name, work) ◀───────┘
//!                         ├─▶ Host: started(), asked_to_stop()
//!                         └─▶ event log
//! ```
//! Nothing here decides: what the service does is what `work` does. Off Windows this crate is empty.
//!
//! Under Wine's service manager a service is installed, started, stopped and removed, and its account changed; its log-on as
//! that account, and what the event viewer shows, can be seen on real Windows only, where none of this was run yet.
//!
//! # Example
//! ```no_run
//! # #[cfg(windows)] {
//! use remote_service::{RemoteService, StateDir};
//!
//! // what the service manager starts: `remote-service service run …`
//! windows_host::run("RemoteService", |host| async move {
//!     let state = StateDir::open(r"C:\ProgramData\Remote Service")?;
//!     let running = RemoteService::builder(state).build()?.start();
//!     host.started();
//!     host.asked_to_stop().await;
//!     running.stop().await;
//!     Ok(())
//! })?;
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]
#![cfg(windows)]

mod error;
mod event_log;
mod host;
mod installation;
mod service;

pub use error::Error;
pub use host::{Host, run};
pub use installation::{Account, Installation};
pub use service::{Service, State};
