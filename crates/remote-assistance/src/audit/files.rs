use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::Error;

pub(super) const CURRENT: &str = "audit.jsonl";
pub(super) const HEAD: &str = "audit.head";
/// The largest file of records that is read.
pub(super) const MAX_FILE: u64 = 2 * 1024 * 1024;
pub(super) const MAX_HEAD: u64 = 16 * 1024;

/// Writes all records of the audit in `folder`, the oldest first, and returns its signed head: together they are what
/// [`Verifier`](super::Verifier) wants.
///
/// # Errors
/// [`Error::File`].
pub fn export(folder: &Path, to: &mut dyn Write) -> Result<Vec<u8>, Error> {
    for file in files_after(folder, 0)? {
        to.write_all(&read(&file, MAX_FILE)?.unwrap_or_default()).map_err(Error::file("export the audit"))?;
    }
    Ok(read(&folder.join(HEAD), MAX_HEAD)?.unwrap_or_default())
}

/// The lines of a file of records, without their ends.
pub(super) fn lines(bytes: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty())
}

/// The name of a file that is moved aside, after its first record. Ten digits: names sort as numbers do.
pub(super) fn aside(first: u64) -> String {
    format!("audit-{first:010}.jsonl")
}

/// The files that records after number `after` may be in, the oldest first.
pub(super) fn files_after(folder: &Path, after: u64) -> Result<Vec<PathBuf>, Error> {
    let listed = fs::read_dir(folder).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
    let entries = listed.map_err(Error::file("list the audit's files"))?;
    let mut firsts: Vec<u64> =
        entries.iter().filter_map(|entry| first_in(entry.file_name().to_str()?)).collect();
    firsts.sort_unstable();
    let skipped = firsts.iter().rposition(|&first| first <= after.saturating_add(1)).unwrap_or(0);
    let moved = firsts.iter().skip(skipped).map(|&first| folder.join(aside(first)));
    let current = folder.join(CURRENT);
    Ok(moved.chain(current.exists().then_some(current.clone())).collect())
}

/// The number of the first record in a file that was moved aside.
fn first_in(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("audit-")?.strip_suffix(".jsonl")?;
    digits.parse().ok().filter(|&first| aside(first) == name)
}

/// The file with the last record: the current one, or after a move the newest of the others.
pub(super) fn last_file(folder: &Path) -> Result<Option<PathBuf>, Error> {
    Ok(files_after(folder, u64::MAX)?.pop())
}

/// The content of a file, `None` when there is none.
pub(super) fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, Error> {
    match durable_file::read_limited(path, limit) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file(format!("read {}", path.display()))(error)),
    }
}
