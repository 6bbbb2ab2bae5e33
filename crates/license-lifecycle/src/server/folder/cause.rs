//! From what the operating system says to what a caller can do about it.
use std::io;

use crate::server::{ServerError, ServerErrorKind, Step};

pub(super) fn server_error(source: io::Error, step: Step) -> ServerError {
    let kind = kind(&source, step, cfg!(windows));
    ServerError::new(kind).during(step).caused_by(source)
}

/// The kind of an error met during `step`; `windows` says whose raw error numbers they are.
fn kind(error: &io::Error, step: Step, windows: bool) -> ServerErrorKind {
    if let Some(kind) =
        error.raw_os_error().filter(|_| windows).and_then(|number| kind_on_windows(number, step))
    {
        return kind;
    }
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ServerErrorKind::PathNotFound,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ServerErrorKind::AccessDenied,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            ServerErrorKind::DiskFull
        }
        io::ErrorKind::ResourceBusy | io::ErrorKind::ExecutableFileBusy => ServerErrorKind::InUse,
        io::ErrorKind::TimedOut => ServerErrorKind::Timeout,
        io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::NetworkDown
        | io::ErrorKind::NotConnected
        | io::ErrorKind::ConnectionRefused
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::StaleNetworkFileHandle => ServerErrorKind::HostUnreachable,
        io::ErrorKind::InvalidFilename => ServerErrorKind::BadName,
        io::ErrorKind::InvalidData if step == Step::Read => ServerErrorKind::VerifyMismatch,
        // A directory stands where the license belongs.
        io::ErrorKind::IsADirectory | io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists => {
            ServerErrorKind::BadName
        }
        _ => ServerErrorKind::Storage,
    }
}

/// System error codes of Windows (Microsoft, "System Error Codes") that [`io::ErrorKind`] lumps together.
fn kind_on_windows(number: i32, step: Step) -> Option<ServerErrorKind> {
    Some(match number {
        // ERROR_ACCESS_DENIED where a part could be written in the same folder: the target is open elsewhere.
        5 if step == Step::Replace => ServerErrorKind::InUse,
        // ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
        32 | 33 => ServerErrorKind::InUse,
        // ERROR_WRITE_PROTECT
        19 => ServerErrorKind::AccessDenied,
        // ERROR_BAD_NETPATH, ERROR_NETNAME_DELETED, ERROR_UNEXP_NET_ERR, ERROR_NETWORK_UNREACHABLE
        53 | 59 | 64 | 1231 => ServerErrorKind::HostUnreachable,
        // ERROR_BAD_NET_NAME
        67 => ServerErrorKind::ShareNotFound,
        // ERROR_SEM_TIMEOUT
        121 => ServerErrorKind::Timeout,
        // ERROR_INVALID_NAME
        123 => ServerErrorKind::BadName,
        // ERROR_INVALID_PASSWORD, ERROR_LOGON_FAILURE
        86 | 1326 => ServerErrorKind::BadCredentials,
        // ERROR_PASSWORD_EXPIRED, ERROR_ACCOUNT_DISABLED, ERROR_PASSWORD_MUST_CHANGE, ERROR_ACCOUNT_LOCKED_OUT
        1330 | 1331 | 1907 | 1909 => ServerErrorKind::AccountLocked,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_on_unix_has_its_kind() {
        let table = [
            (errno::ENOENT, ServerErrorKind::PathNotFound),
            (errno::EACCES, ServerErrorKind::AccessDenied),
            (errno::EROFS, ServerErrorKind::AccessDenied),
            (errno::ENOSPC, ServerErrorKind::DiskFull),
            (errno::EDQUOT, ServerErrorKind::DiskFull),
            (errno::EBUSY, ServerErrorKind::InUse),
            (errno::ETIMEDOUT, ServerErrorKind::Timeout),
            (errno::EHOSTUNREACH, ServerErrorKind::HostUnreachable),
            (errno::ESTALE, ServerErrorKind::HostUnreachable),
            (errno::EIO, ServerErrorKind::Storage),
        ];
        for (number, expected) in table.into_iter().filter(|_| cfg!(target_os = "linux")) {
            let error = io::Error::from_raw_os_error(number);
            assert_eq!(kind(&error, Step::Write, false), expected, "{error}");
        }
        let changed = io::Error::from(io::ErrorKind::InvalidData);
        assert_eq!(kind(&changed, Step::Read, false), ServerErrorKind::VerifyMismatch);
    }

    #[test]
    fn each_cause_on_windows_has_its_kind() {
        for (number, step, expected) in [
            (5, Step::Replace, ServerErrorKind::InUse),
            (32, Step::Write, ServerErrorKind::InUse),
            (53, Step::Write, ServerErrorKind::HostUnreachable),
            (67, Step::Write, ServerErrorKind::ShareNotFound),
            (1326, Step::Write, ServerErrorKind::BadCredentials),
            (1909, Step::Write, ServerErrorKind::AccountLocked),
        ] {
            let error = io::Error::from_raw_os_error(number);
            assert_eq!(kind(&error, step, true), expected, "{number}");
        }
    }

    /// Of Linux, from `errno(3)`.
    mod errno {
        pub(super) const ENOENT: i32 = 2;
        pub(super) const EIO: i32 = 5;
        pub(super) const EACCES: i32 = 13;
        pub(super) const EBUSY: i32 = 16;
        pub(super) const ENOSPC: i32 = 28;
        pub(super) const EROFS: i32 = 30;
        pub(super) const ETIMEDOUT: i32 = 110;
        pub(super) const EHOSTUNREACH: i32 = 113;
        pub(super) const ESTALE: i32 = 116;
        pub(super) const EDQUOT: i32 = 122;
    }
}
