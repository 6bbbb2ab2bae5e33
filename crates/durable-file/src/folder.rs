use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::in_use;

/// Makes the folder and its missing parents, each one synced into the folder above it.
///
/// # Errors
/// What the operating system says; also when something else than a folder has the name.
pub fn create_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let above = folder_of(path);
    if above != path {
        create_folder(above)?;
    }
    match fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => {}
        made => made?,
    }
    sync_folder(above)
}

/// Makes the names in the folder survive a crash. Does nothing on Windows, which has no such call, and where the file
/// system knows none (some network mounts).
///
/// # Errors
/// What the operating system says.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    match fs::File::open(path)?.sync_all() {
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        synced => synced,
    }
}

/// Gives a file another name in its folder or elsewhere on its disk, for good. What had that name is replaced.
///
/// # Errors
/// What the operating system says.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    in_use::retry(in_use::moments(), || fs::rename(from, to))?;
    sync_folder(folder_of(to))
}

/// Removes a file for good. `false` = it was not there.
///
/// # Errors
/// What the operating system says.
pub fn remove(path: &Path) -> io::Result<bool> {
    match in_use::retry(in_use::moments(), || fs::remove_file(path)) {
        Ok(()) => sync_folder(folder_of(path)).map(|()| true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The folder that holds the name: `.` for a bare name.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(above) if above.as_os_str().is_empty() => Path::new("."),
        Some(above) => above,
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_parents_are_made_and_existing_ones_are_fine() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("a/b/c");
        create_folder(&deep).unwrap();
        create_folder(&deep).unwrap();
        assert!(deep.is_dir());
    }

    #[test]
    fn a_file_gets_another_name_and_takes_the_place_of_what_had_it() {
        let root = tempfile::tempdir().unwrap();
        let (from, to) = (root.path().join("from"), root.path().join("to"));
        fs::write(&from, "new").unwrap();
        fs::write(&to, "old").unwrap();
        rename(&from, &to).unwrap();
        assert_eq!((fs::read_to_string(&to).unwrap().as_str(), from.exists()), ("new", false));
        assert_eq!(rename(&from, &to).unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn a_file_in_the_way_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "").unwrap();
        assert_eq!(create_folder(&file).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert!(create_folder(&file.join("below")).is_err());
    }

    #[test]
    fn removing_says_whether_it_was_there() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(remove(&file).unwrap());
        assert!(!remove(&file).unwrap());
        assert!(remove(root.path()).is_err(), "a folder is no file");
    }

    #[test]
    fn a_bare_name_lies_in_the_current_folder() {
        assert_eq!(folder_of(Path::new("name")), Path::new("."));
        assert_eq!(folder_of(Path::new("a/name")), Path::new("a"));
        assert_eq!(folder_of(Path::new("/")), Path::new("/"));
    }
}
