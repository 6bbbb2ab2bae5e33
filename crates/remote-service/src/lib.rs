//! The Remote Service as a product embeds it: settings in, snapshot and events out.
//!
//! ```text
//! Settings ─▶ RemoteService ─start()─▶ Running ──▶ Snapshot   what pages show: light, licenses, notices, About
//!                                         ├──────▶ Events     what happened, typed
//!                                         ├──────▶ test_connection, outbox, assistance
//!                                         └──────◀ import, dismiss, retry, update
//! ```
//! The rules live in the four libraries that are passed on here; this crate is wiring, the state directory and the
//! work that goes on beside the product.
//!
//! | feature | adds |
//! | --- | --- |
//! | `current` | proxies: logging in as the account of the process, and Kerberos with a password; on Windows NTLM too |
//! | `issue` | `license::manifest::issue`: the vendor's side |
//! | `keygen` | `license::keygen`: Keygen license and machine files |
//! | `pac` | proxies: PAC scripts |
//! | `smb` | `license.server = "smb"`: delivery to an SMB 3 share with the remote service credentials |
//! | `teamviewer` | `Builder::teamviewer`: remote assistance with TeamViewer, by the settings |
//! | `texts` | `license::texts`: sentences in five languages |
//! | `sspi` | proxies: NTLM with a password, where Windows does not bring it (`current`) |
#![forbid(unsafe_code)]

mod applicant;
mod change;
mod connection;
mod cursor;
mod custody;
mod error;
mod event;
mod gatehouse;
mod identity;
mod import;
mod light;
mod outbox;
mod product;
mod reports;
mod rotation;
mod running;
mod service;
pub mod settings;
mod shared;
mod snapshot;
mod state_dir;
mod state_file;
#[cfg(feature = "teamviewer")]
mod teamviewer;
mod time;
mod way;
mod work;

pub use back_office;
pub use connection::{Candidate, ConnectionTest, Report, TestStage};
pub use error::Error;
pub use event::{Event, EventKind, Events};
pub use gatehouse::{
    ActiveSession, Assistance, AssistanceView, AuditExport, Outcome, PastRequest, PendingRequest,
};
pub use import::{Import, Imported};
pub use license_lifecycle as license;
pub use light::{Light, Stage};
pub use outbox::{Outbox, OutboxFiles, Saved};
pub use product::Product;
pub use proxy_config as proxy;
pub use remote_assistance as assistance;
pub use remote_assistance::LocalUser;
pub use running::Running;
pub use secret_store;
pub use service::{Builder, RemoteService};
pub use settings::Settings;
pub use snapshot::{About, LicenseView, SecretsSet, Snapshot};
pub use state_dir::StateDir;

/// The error and its causes, joined by colons.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// Uniform over 0.0..1.0, for jitter; 0.5 on a machine without random numbers, which no key was made on either.
fn random() -> f64 {
    getrandom::u32().map_or(0.5, |number| f64::from(number) / (f64::from(u32::MAX) + 1.0))
}
