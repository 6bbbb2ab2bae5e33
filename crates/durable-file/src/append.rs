use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::Path;

use crate::folder::{folder_of, sync_folder};
use crate::in_use;

/// Adds `bytes` at the end of the file, which is made when missing, and syncs it. For one writer at a time.
///
/// A kill may leave a part of `bytes`, which the reader must be able to tell (one record a line). An error leaves
/// none: what was written is cut off again, so that the next record does not follow half a one.
///
/// # Errors
/// What the operating system says.
pub fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (mut file, made) = in_use::retry(in_use::moments(), || open(path))?;
    let length = file.seek(SeekFrom::End(0))?;
    if let Err(error) = file.write_all(bytes).and_then(|()| file.sync_all()) {
        file.set_len(length)?;
        return Err(error);
    }
    if made { sync_folder(folder_of(path)) } else { Ok(()) }
}

fn open(path: &Path) -> io::Result<(File, bool)> {
    let mut options = OpenOptions::new();
    options.write(true).append(!cfg!(windows)); // what Windows opens for appending cannot be cut
    match options.open(path) {
        Ok(file) => Ok((file, false)),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            options.create(true).open(path).map(|file| (file, true))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_follow_each_other() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("audit.jsonl");
        append(&file, b"one\n").unwrap();
        append(&file, b"two\n").unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"one\ntwo\n");
    }

    #[test]
    fn what_was_opened_can_be_cut() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("audit.jsonl");
        append(&file, b"one\nhalf").unwrap();
        open(&file).unwrap().0.set_len(4).unwrap();
        append(&file, b"two\n").unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"one\ntwo\n");
    }

    #[test]
    fn a_missing_folder_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(append(&root.path().join("none/audit"), b"x").unwrap_err().kind(), ErrorKind::NotFound);
    }
}
