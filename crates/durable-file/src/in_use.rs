//! Files that somebody else has open, as Windows minds it.
use std::io::{self, ErrorKind};
use std::thread;
use std::time::Duration;

/// Whether what failed may be tried again because someone has the file open. Windows and the servers that speak for it say
/// so by a sharing violation or by a plain "access denied".
pub fn is_in_use(error: &io::Error) -> bool {
    const SHARING_VIOLATION: i32 = 32;
    const LOCK_VIOLATION: i32 = 33;
    matches!(
        error.kind(),
        ErrorKind::PermissionDenied | ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy
    ) || cfg!(windows) && matches!(error.raw_os_error(), Some(SHARING_VIOLATION | LOCK_VIOLATION))
}

/// For a reader, a virus scanner or a backup that looks at the file for a moment: on Windows 1 ms, 2 ms … 256 ms, elsewhere,
/// where nobody is in the way, nothing.
pub(crate) fn moments() -> Vec<Duration> {
    let tries = if cfg!(windows) { 9 } else { 0 };
    (0..tries).map(|doublings| Duration::from_millis(1 << doublings)).collect()
}

/// Does `work` once more after each of these waits, while the file is in use.
pub(crate) fn retry<T>(
    waits: impl IntoIterator<Item = Duration>,
    mut work: impl FnMut() -> io::Result<T>,
) -> io::Result<T> {
    let mut waits = waits.into_iter();
    loop {
        match (work(), waits.next()) {
            (Err(error), Some(wait)) if is_in_use(&error) => thread::sleep(wait),
            (done, _) => return done,
        }
    }
}
