use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Reads a file of at most `limit` bytes; a larger one is refused by its size, unread. Links are followed.
///
/// # Errors
/// `InvalidData` above the limit, also when the file grows while it is read; `InvalidInput` for what is no regular
/// file (opening a pipe would wait for ever); else what the operating system says.
pub fn read_limited(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let too_large = || io::Error::new(ErrorKind::InvalidData, format!("larger than {limit} bytes"));
    let found = fs::metadata(path)?;
    if !found.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "not a regular file"));
    }
    if found.len() > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(too_large()) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_exact() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, b"four").unwrap();
        assert_eq!(read_limited(&file, 4).unwrap(), b"four");
        assert_eq!(read_limited(&file, 3).unwrap_err().kind(), ErrorKind::InvalidData);
        assert_eq!(read_limited(&file, u64::MAX).unwrap(), b"four");
    }

    #[test]
    fn a_huge_file_is_refused_unread() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("huge");
        File::create(&file).unwrap().set_len(1 << 40).unwrap();
        assert_eq!(read_limited(&file, 1 << 20).unwrap_err().kind(), ErrorKind::InvalidData);
    }

    #[test]
    fn only_regular_files_are_read() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(read_limited(root.path(), 1).unwrap_err().kind(), ErrorKind::InvalidInput);
        assert_eq!(read_limited(&root.path().join("none"), 1).unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_claims_no_size_is_limited_too() {
        let version = fs::read("/proc/version").unwrap();
        assert_eq!(read_limited(Path::new("/proc/version"), version.len() as u64).unwrap(), version);
        let shorter = read_limited(Path::new("/proc/version"), version.len() as u64 - 1);
        assert_eq!(shorter.unwrap_err().kind(), ErrorKind::InvalidData);
    }
}
