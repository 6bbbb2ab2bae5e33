/// Why assistance could not be set up or a record could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A request that no gate would take.
    #[error("field {what} of the request is not acceptable")]
    BadRequest {
        /// The first field that is wrong.
        what: &'static str,
    },
    /// Not 32 lower-case hex digits.
    #[error("a request id has 32 lower-case hex digits")]
    BadRequestId,
    /// A scope that does not exist.
    #[error("a scope is view, control, file_transfer or vpn")]
    UnknownScope,
    /// Weekly hours that cannot be read.
    #[error("weekly hours look like \"mon-fri 08:00-18:00\": {text:?} does not")]
    BadHours {
        /// What stood there.
        text: String,
    },
    /// A limit for sessions outside 5 min to 168 h.
    #[error("a session lasts 5 to 10080 minutes, not {minutes}")]
    BadMinutes {
        /// What was asked for.
        minutes: u32,
    },
    /// A session code in a form that must not reach a file name or a command line.
    #[error("not a session code")]
    BadSessionCode,
    /// The state or the audit could not be read or written.
    #[error("cannot {what}")]
    File {
        /// What was tried, with the file's name.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is there but does not say what it should.
    #[error("cannot make sense of {what}")]
    Unreadable {
        /// Which file.
        what: &'static str,
    },
    /// A document could not be written as JSON.
    #[error("cannot write JSON")]
    Json(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A signed head of an audit is not one, or another key signed it.
    #[error("not a head signed by this installation")]
    BadHead(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A local program could not be started.
    #[error("cannot start the remote desktop program")]
    Start(#[source] std::io::Error),
    /// A local program could not be stopped in time.
    #[error("{left} processes of the session are still running")]
    StillRunning {
        /// How many.
        left: usize,
    },
}

impl Error {
    pub(crate) fn file(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::File { what: what.into(), source }
    }
}
