//! Processes that belong to a session, and their end.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub(super) use linux::Processes;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(super) use windows::Processes;
#[cfg(not(any(target_os = "linux", windows)))]
compile_error!("TeamViewer's program is started and stopped on Linux and Windows only");

use crate::Session;

/// The environment variable that marks all processes of a session: whatever they start inherits it.
const MARK: &str = "REMOTE_SERVICE_SESSION";

/// By what the processes of a session can be found, also by a service that did not start them.
pub(super) struct Traces {
    /// The value of [`MARK`]: the request's id.
    mark: String,
    /// The process that was started, where it is known.
    process: Option<crate::ClientProcess>,
    /// How the file name of a program ends that carries the session's code.
    name_end: Option<String>,
}

impl Traces {
    pub(super) fn of(session: &Session) -> Self {
        Self {
            mark: session.consent().request_id().to_string(),
            process: session.process(),
            name_end: session.link().map(|link| format!("-id{}", link.code.compact())),
        }
    }
}
