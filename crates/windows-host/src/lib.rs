//! Runs the Remote Service as a Windows service.
//!
//! ```text
//! Installation ──install, start, stop, uninstall, log_on_as──▶ service manager
//!                                                                    │ starts the program with the arguments installed
//!                                      run(name, work) ◀─────────────┘
//!                                        ├─▶ Host: started(), asked_to_stop()
//!                                        └─▶ event log
//! ```
//! Nothing here decides: what the service does is what `work` does. Off Windows this crate is empty.
//!
//! Compiled for Windows; run neither under Wine nor on real Windows yet.
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

pub use error::Error;
pub use host::{Host, run};
pub use installation::{Account, Installation, State};
