//! From an NTSTATUS to what a caller can do about it.
use std::io;

use smb::{Error, transport::TransportError};

use crate::server::{ServerError, ServerErrorKind, Step};

pub(super) fn server_error(error: Error, step: Step) -> ServerError {
    ServerError::new(kind(&error, step)).during(step).caused_by(error)
}

fn kind(error: &Error, step: Step) -> ServerErrorKind {
    match error {
        Error::UnexpectedMessageStatus(status) | Error::ReceivedErrorMessage(status, _) => {
            of_status(*status, step)
        }
        // The library's reads, writes and flushes keep status and time-outs as text only.
        Error::IoError(cause) => match cause.to_string() {
            text if text.starts_with("Operation timed out") => ServerErrorKind::Timeout,
            text => status_in(&text).map_or_else(|| of_io(cause), |status| of_status(status, step)),
        },
        Error::TransportError(TransportError::IoError(cause)) => of_io(cause),
        Error::TransportError(TransportError::Timeout(_)) | Error::OperationTimeout(..) => {
            ServerErrorKind::Timeout
        }
        Error::TransportError(_) | Error::ConnectionStopped | Error::Cancelled(_) => {
            ServerErrorKind::HostUnreachable
        }
        Error::SignatureVerificationFailed
        | Error::NegotiationError(_)
        | Error::TranformFailed(_)
        | Error::CryptoError(_)
        | Error::UnsupportedAuthenticationMechanism(_) => ServerErrorKind::Security,
        // What does not fit while nothing is trusted yet: old dialects, guests, unsigned answers.
        Error::InvalidMessage(_) if matches!(step, Step::Connect | Step::LogOn) => ServerErrorKind::Security,
        Error::SspiError(_) => ServerErrorKind::Security,
        _ => ServerErrorKind::Storage,
    }
}

/// Values from MS-ERREF, section 2.3.1.
pub(super) fn of_status(status: u32, step: Step) -> ServerErrorKind {
    match status {
        // ACCESS_DENIED: at the log-on a server that encrypts refuses who does not; a share refuses a whole account.
        0xC000_0022 => ServerErrorKind::AccessDenied,
        // WRONG_PASSWORD, LOGON_FAILURE, NO_SUCH_USER
        0xC000_006A | 0xC000_006D | 0xC000_0064 => ServerErrorKind::BadCredentials,
        // ACCOUNT_RESTRICTION, INVALID_LOGON_HOURS, INVALID_WORKSTATION, PASSWORD_EXPIRED, ACCOUNT_DISABLED,
        // ACCOUNT_EXPIRED, PASSWORD_MUST_CHANGE, ACCOUNT_LOCKED_OUT
        0xC000_006E..=0xC000_0072 | 0xC000_0193 | 0xC000_0224 | 0xC000_0234 => ServerErrorKind::AccountLocked,
        // BAD_NETWORK_NAME, NETWORK_NAME_DELETED
        0xC000_00CC | 0xC000_00C9 => ServerErrorKind::ShareNotFound,
        // OBJECT_NAME_NOT_FOUND, OBJECT_PATH_INVALID, OBJECT_PATH_NOT_FOUND, NOT_A_DIRECTORY
        0xC000_0034 | 0xC000_0039 | 0xC000_003A | 0xC000_0103 => ServerErrorKind::PathNotFound,
        // SHARING_VIOLATION, FILE_LOCK_CONFLICT, DELETE_PENDING
        0xC000_0043 | 0xC000_0054 | 0xC000_0056 => ServerErrorKind::InUse,
        // QUOTA_EXCEEDED, DISK_FULL
        0xC000_0044 | 0xC000_007F => ServerErrorKind::DiskFull,
        // MEDIA_WRITE_PROTECTED
        0xC000_00A2 => ServerErrorKind::AccessDenied,
        // OBJECT_NAME_INVALID, OBJECT_NAME_COLLISION, FILE_IS_A_DIRECTORY
        0xC000_0033 | 0xC000_0035 | 0xC000_00BA => ServerErrorKind::BadName,
        // IO_TIMEOUT
        0xC000_00B5 => ServerErrorKind::Timeout,
        // REQUEST_NOT_ACCEPTED, CONNECTION_DISCONNECTED, USER_SESSION_DELETED, NETWORK_SESSION_EXPIRED,
        // INSUFF_SERVER_RESOURCES
        0xC000_00D0 | 0xC000_020C | 0xC000_0203 | 0xC000_035C | 0xC000_0205 => {
            ServerErrorKind::HostUnreachable
        }
        // Anything else that refuses our dialects (NOT_SUPPORTED) or the log-on itself.
        _ if matches!(step, Step::Connect | Step::LogOn) => ServerErrorKind::Security,
        _ => ServerErrorKind::Storage,
    }
}

fn of_io(error: &io::Error) -> ServerErrorKind {
    match error.kind() {
        io::ErrorKind::TimedOut => ServerErrorKind::Timeout,
        _ => ServerErrorKind::HostUnreachable,
    }
}

/// `… (0xc000007f).`
fn status_in(text: &str) -> Option<u32> {
    let digits = text.rsplit_once("0x")?.1;
    u32::from_str_radix(digits.get(..8)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_in_text_is_found() {
        let hidden = Error::UnexpectedMessageStatus(0xC000_007F).to_string();
        let error = Error::IoError(io::Error::other(hidden));
        assert_eq!(kind(&error, Step::Write), ServerErrorKind::DiskFull);
        let unnamed = Error::UnexpectedMessageStatus(0xC000_0044).to_string();
        assert_eq!(kind(&Error::IoError(io::Error::other(unnamed)), Step::Write), ServerErrorKind::DiskFull);
        let task = smb::error::TimedOutTask::ReceiveNextMessage;
        let late = Error::OperationTimeout(task, std::time::Duration::ZERO).to_string();
        assert_eq!(kind(&Error::IoError(io::Error::other(late)), Step::Write), ServerErrorKind::Timeout);
        for text in ["", "0x", "0xc00000", "0xzzzzzzzz", "é0xé"] {
            assert_eq!(status_in(text), None, "{text}");
        }
    }

    #[test]
    fn a_cut_connection_is_no_broken_disk() {
        for error in [
            Error::ConnectionStopped,
            Error::TransportError(TransportError::NotConnected),
            Error::IoError(io::ErrorKind::ConnectionReset.into()),
        ] {
            assert_eq!(kind(&error, Step::Write), ServerErrorKind::HostUnreachable, "{error}");
        }
    }
}
