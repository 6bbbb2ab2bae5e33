//! What a command answers, and why one has none.
use std::{error::Error, fmt::Write, io, path::PathBuf};

use remote_service::license::{self, Refusal};
use serde_json::{Value, json};

/// The exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Yes, or done.
    Yes = 0,
    /// No, or failed.
    No = 1,
    /// Wrong usage, or a file that cannot be read.
    Unreadable = 2,
}

/// What a command answers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) exit: Exit,
    pub(crate) json: Value,
    /// For people, with a line end.
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn yes(json: Value, text: String) -> Self {
        Self { exit: Exit::Yes, json, text }
    }

    pub(crate) fn yes_or_no(yes: bool, json: Value, text: String) -> Self {
        Self { exit: if yes { Exit::Yes } else { Exit::No }, json, text }
    }

    pub(crate) fn printed(&self, as_json: bool) -> String {
        if as_json { format!("{}\n", self.json) } else { self.text.clone() }
    }
}

/// Why a command does not go on.
#[derive(Debug)]
pub(crate) enum Stop {
    /// There is nothing more to do for this answer.
    Answer(Box<Answer>),
    Failure(Failure),
}

impl From<Answer> for Stop {
    fn from(answer: Answer) -> Self {
        Self::Answer(Box::new(answer))
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// Wrong usage, a file that cannot be read, or something that did not work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("{0}")]
    Usage(String),
    #[error("cannot start: {source}")]
    Start { source: io::Error },
    #[error("{0}")]
    Failed(String),
    #[error("{}", with_causes(.0))]
    License(#[from] license::Error),
}

impl Failure {
    fn exit(&self) -> Exit {
        match self {
            Self::Read { .. } | Self::Usage(_) | Self::License(_) => Exit::Unreadable,
            Self::Write { .. } | Self::Start { .. } | Self::Failed(_) => Exit::No,
        }
    }

    pub(crate) fn into_answer(self) -> Answer {
        Answer { exit: self.exit(), json: json!({ "error": self.to_string() }), text: String::new() }
    }
}

/// A refusal where a license was to be shown: exit 1 when it was to be verified, 2 when it cannot be read.
pub(crate) fn refused(refusal: &Refusal, format: Option<&str>, exit: Exit) -> Answer {
    let mut json = json!({ "format": format, "reason": refusal.code(), "error": with_causes(refusal) });
    if exit == Exit::No {
        json["verified"] = json!(false);
    }
    eprintln!("remote-service: {}", with_causes(refusal));
    Answer { exit, json, text: String::new() }
}

/// An error with all its causes, in one line.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

/// Rows with aligned columns, indented.
pub(crate) fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: Vec<_> =
        (0..N).map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::from(" ");
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, " {cell:width$} ");
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}
