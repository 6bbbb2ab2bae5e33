//! What can go wrong at a license server, split by what a caller can do about it.
use std::{error::Error as StdError, fmt};

use serde::{Deserialize, Serialize};

/// Why a license server could not be used.
///
/// [`Display`](fmt::Display) says the kind and the step; the cause, where there is one, is in
/// [`source`](StdError::source).
#[derive(Debug)]
pub struct ServerError {
    /// What went wrong, for programs.
    pub kind: ServerErrorKind,
    /// What was being done, where that is known.
    pub during: Option<Step>,
    /// The license may have arrived all the same: the answer to the last step was not seen.
    ///
    /// Ask a [`ServerStatus`](super::ServerStatus) before trying again.
    pub outcome_unknown: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl ServerError {
    /// An error of this kind, without a cause.
    pub fn new(kind: ServerErrorKind) -> Self {
        Self { kind, during: None, outcome_unknown: false, source: None }
    }

    /// The same error, met during `step`.
    #[must_use]
    pub fn during(self, step: Step) -> Self {
        Self { during: Some(step), ..self }
    }

    /// The same error, caused by `source`.
    #[must_use]
    pub fn caused_by(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// The same error, with the fate of the license unknown.
    #[must_use]
    pub fn with_unknown_outcome(self) -> Self {
        Self { outcome_unknown: true, ..self }
    }

    /// The right that the account lacks: `read`, `write`, `modify` or `delete`; `None` when it is not about rights.
    pub fn missing_right(&self) -> Option<&'static str> {
        match self.kind {
            ServerErrorKind::AccessDenied => self.during.and_then(Step::right),
            _ => None,
        }
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if let Some(step) = self.during {
            write!(f, " while {step}")?;
        }
        if let Some(right) = self.missing_right() {
            write!(f, ": the account lacks the right to {right}")?;
        }
        if self.outcome_unknown {
            write!(f, ", so the license may have arrived")?;
        }
        Ok(())
    }
}

impl StdError for ServerError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// The kinds of [`ServerError`]. In JSON and on the wire: [`code`](Self::code).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ServerErrorKind {
    /// The server cannot hold a file of this name.
    BadName,
    /// The account may not do this; [`ServerError::missing_right`] says what.
    AccessDenied,
    /// The server does not accept the user name and password.
    BadCredentials,
    /// The account is locked, disabled or expired.
    AccountLocked,
    /// The server has no such share.
    ShareNotFound,
    /// The folder does not exist.
    PathNotFound,
    /// No answer from the host at all, or the connection was cut.
    HostUnreachable,
    /// The server did not answer in time.
    Timeout,
    /// No room for the license.
    DiskFull,
    /// Another program holds the file that is to be replaced.
    InUse,
    /// What was read back is not what was written.
    VerifyMismatch,
    /// The server does not offer the security that is required, or an answer was tampered with.
    Security,
    /// Nothing delivers here: a person copies the license.
    ByHand,
    /// Reading or writing failed for another reason, such as a broken disk.
    Storage,
}

impl ServerErrorKind {
    /// The kind's stable name in snake case.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadName => "bad_name",
            Self::AccessDenied => "access_denied",
            Self::BadCredentials => "bad_credentials",
            Self::AccountLocked => "account_locked",
            Self::ShareNotFound => "share_not_found",
            Self::PathNotFound => "path_not_found",
            Self::HostUnreachable => "host_unreachable",
            Self::Timeout => "timeout",
            Self::DiskFull => "disk_full",
            Self::InUse => "in_use",
            Self::VerifyMismatch => "verify_mismatch",
            Self::Security => "security",
            Self::ByHand => "by_hand",
            Self::Storage => "storage",
        }
    }

    /// When a delivery that failed like this is tried again.
    pub fn retry(self) -> Retry {
        match self {
            Self::HostUnreachable
            | Self::Timeout
            | Self::DiskFull
            | Self::InUse
            | Self::VerifyMismatch
            | Self::Storage => Retry::Soon,
            Self::AccessDenied | Self::ShareNotFound | Self::PathNotFound => Retry::Slowly,
            Self::BadCredentials | Self::AccountLocked | Self::Security | Self::BadName | Self::ByHand => {
                Retry::WhenAsked
            }
        }
    }

    /// Whether every further log-on with the same credentials brings the account closer to being locked.
    pub fn is_about_credentials(self) -> bool {
        matches!(self, Self::BadCredentials | Self::AccountLocked)
    }
}

impl fmt::Display for ServerErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BadName => "file name is not allowed",
            Self::AccessDenied => "access denied",
            Self::BadCredentials => "user name or password is wrong",
            Self::AccountLocked => "account is locked, disabled or expired",
            Self::ShareNotFound => "share does not exist",
            Self::PathNotFound => "folder does not exist",
            Self::HostUnreachable => "server cannot be reached",
            Self::Timeout => "server did not answer in time",
            Self::DiskFull => "no space left",
            Self::InUse => "file is in use",
            Self::VerifyMismatch => "file read back is not the file written",
            Self::Security => "connection is not secure",
            Self::ByHand => "license is to be copied by hand",
            Self::Storage => "storage failed",
        })
    }
}

/// When a failed delivery is tried again; [`Outbox::due`](crate::Outbox::due) has the times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// The cause goes away by itself: soon, and then less and less often.
    Soon,
    /// Somebody has to mend something, and nobody tells us when: every quarter of an hour.
    Slowly,
    /// Trying again would change nothing or do harm: only when asked, or after the settings changed.
    WhenAsked,
}

/// What an adapter was doing when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Step {
    /// Reaching the host.
    Connect,
    /// Proving who we are.
    LogOn,
    /// Opening the share.
    OpenShare,
    /// Opening the folder.
    OpenFolder,
    /// Writing the new file beside the old one.
    Write,
    /// Reading it back.
    Read,
    /// Putting it in the place of the old one.
    Replace,
    /// Deleting a file of ours.
    Delete,
}

impl Step {
    /// The right that the step needs.
    fn right(self) -> Option<&'static str> {
        match self {
            Self::Connect | Self::LogOn | Self::OpenShare => None,
            Self::OpenFolder | Self::Read => Some("read"),
            Self::Write => Some("write"),
            Self::Replace => Some("modify"),
            Self::Delete => Some("delete"),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connecting",
            Self::LogOn => "logging on",
            Self::OpenShare => "opening the share",
            Self::OpenFolder => "opening the folder",
            Self::Write => "writing",
            Self::Read => "reading back",
            Self::Replace => "replacing the file",
            Self::Delete => "deleting",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_kind_step_and_missing_right_and_leaves_the_cause_to_its_source() {
        let error = ServerError::new(ServerErrorKind::AccessDenied)
            .during(Step::Replace)
            .caused_by(std::io::Error::from(std::io::ErrorKind::PermissionDenied));
        assert_eq!(
            error.to_string(),
            "access denied while replacing the file: the account lacks the right to modify"
        );
        assert!(error.source().is_some_and(|source| source.to_string().contains("denied")));
        let error = ServerError::new(ServerErrorKind::Timeout).during(Step::Replace).with_unknown_outcome();
        assert_eq!(
            error.to_string(),
            "server did not answer in time while replacing the file, so the license may have arrived"
        );
        assert_eq!(error.missing_right(), None);
    }

    #[test]
    fn the_code_of_a_kind_is_its_name_in_json() {
        for kind in [ServerErrorKind::BadName, ServerErrorKind::InUse, ServerErrorKind::Storage] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
        }
    }
}
