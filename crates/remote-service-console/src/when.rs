use chrono::{DateTime, SecondsFormat, Utc};

/// A moment as pages show it: for people, and for the script that turns it into the reader's own time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) iso: String,
    pub(crate) text: String,
}

impl When {
    pub(crate) fn new(time: DateTime<Utc>, text: String) -> Self {
        Self { iso: time.to_rfc3339_opts(SecondsFormat::Secs, true), text }
    }
}
