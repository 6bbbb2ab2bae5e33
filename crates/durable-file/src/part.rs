use std::ffi::OsStr;
use std::fs::{self, DirEntry, File, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::folder::folder_of;

/// How many characters of the name stand in the name of the `.part` file: file systems take 255 bytes.
const NAME_SHOWN: usize = 50;
const UNIQUE_DIGITS: usize = 16;
const SUFFIX: &str = ".part";

/// A file that has no content to show yet. Goes when dropped, unless it was renamed.
pub(crate) struct Part {
    pub(crate) path: PathBuf,
    pub(crate) renamed: bool,
}

impl Part {
    /// Makes `~NAME.<unique>.part` beside `target`; never opens a file that is already there.
    pub(crate) fn create(target: &Path, mode: Option<u32>) -> io::Result<(Self, File)> {
        let name =
            target.file_name().ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "no file name"))?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        set_mode(&mut options, mode);
        loop {
            let path = folder_of(target).join(part_name(name, RandomState::new().build_hasher().finish()));
            match options.open(&path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                opened => return opened.map(|file| (Self { path, renamed: false }, file)),
            }
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.renamed {
            // Best effort: what cannot be removed now is swept later.
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(unix)]
fn set_mode(options: &mut OpenOptions, mode: Option<u32>) {
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(mode) = mode {
        options.mode(mode);
    }
}

#[cfg(not(unix))]
fn set_mode(_: &mut OpenOptions, _: Option<u32>) {}

/// The name of the `.part` file for `name`: `~NAME.<unique>.part`, the start of the name and 16 hex digits. For writers
/// that cannot use [`Replace`](crate::Replace), such as those on a share; [`sweep`] takes such files.
pub fn part_name(name: &OsStr, unique: u64) -> String {
    let shown: String = name.to_string_lossy().chars().take(NAME_SHOWN).collect();
    format!("~{shown}.{unique:0UNIQUE_DIGITS$x}{SUFFIX}")
}

/// Whether [`part_name`] makes such names: for those who sweep where [`sweep`] cannot.
pub fn is_part_name(name: &str) -> bool {
    let digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    name.strip_prefix('~')
        .and_then(|rest| rest.strip_suffix(SUFFIX))
        .and_then(|rest| rest.rsplit_once('.'))
        .is_some_and(|(_, unique)| unique.len() == UNIQUE_DIGITS && unique.chars().all(digit))
}

/// Removes `.part` files of ours that a kill left in `folder` and that were last written more than `older_than`
/// before `now`. Returns how many. Files of others, folders and links are left alone, also when they look alike.
///
/// # Errors
/// When the folder cannot be listed or a leftover cannot be removed.
pub fn sweep(folder: &Path, older_than: Duration, now: SystemTime) -> io::Result<usize> {
    let mut removed = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !is_part_name(&entry.file_name().to_string_lossy()) {
            continue;
        }
        match is_leftover(&entry, older_than, now).and_then(|leftover| match leftover {
            true => fs::remove_file(entry.path()).map(|()| 1),
            false => Ok(0),
        }) {
            // Renamed or swept by another process meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            swept => removed += swept?,
        }
    }
    Ok(removed)
}

fn is_leftover(entry: &DirEntry, older_than: Duration, now: SystemTime) -> io::Result<bool> {
    let found = entry.metadata()?;
    let age = now.duration_since(found.modified()?);
    Ok(found.is_file() && age.is_ok_and(|age| age > older_than))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn only_names_that_we_make_are_ours() {
        assert!(is_part_name(&part_name(OsStr::new("a.lic"), 7)));
        assert!(is_part_name(&part_name(OsStr::new(&"𝄞".repeat(300)), u64::MAX)));
        for other in [
            "~a.lic.part",
            "a.lic.0000000000000007.part",
            "~a.lic.000000000000007.part",
            "~a.lic.000000000000000G.part",
            "~a.lic.000000000000000A.part",
            "~0000000000000007.part",
            "~a.lic.0000000000000007.part~",
            "",
        ] {
            assert!(!is_part_name(other), "{other}");
        }
    }

    #[test]
    fn names_of_any_length_have_a_part_that_fits() {
        assert!(part_name(OsStr::new(&"𝄞".repeat(63)), u64::MAX).len() <= 255);
        assert_eq!(part_name(OsStr::new("a.lic"), 0xab), "~a.lic.00000000000000ab.part");
    }

    #[test]
    fn a_sweep_takes_old_files_of_ours_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        let ours = "~a.lic.0123456789abcdef.part";
        for name in [ours, "~a.lic.part", "~$report.docx", "a.lic"] {
            fs::write(at(name), "x").unwrap();
        }
        fs::create_dir(at("~b.lic.0123456789abcdef.part")).unwrap();
        let written = fs::metadata(at(ours)).unwrap().modified().unwrap();

        assert_eq!(sweep(root.path(), HOUR, written - HOUR).unwrap(), 0, "written in the future");
        assert_eq!(sweep(root.path(), HOUR, written + HOUR).unwrap(), 0, "just an hour old");
        assert_eq!(sweep(root.path(), HOUR, written + HOUR + Duration::from_micros(1)).unwrap(), 1);
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 4);
        assert!(!at(ours).exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_with_a_name_of_ours_stays() {
        let root = tempfile::tempdir().unwrap();
        let link = root.path().join("~a.lic.0123456789abcdef.part");
        std::os::unix::fs::symlink("/etc/hostname", &link).unwrap();
        let later = link.symlink_metadata().unwrap().modified().unwrap() + 2 * HOUR;
        assert_eq!(sweep(root.path(), HOUR, later).unwrap(), 0);
    }
}
