use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::*;

fn old_file() -> (tempfile::TempDir, std::path::PathBuf) {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("prismadirect.lic");
    fs::write(&path, "old").unwrap();
    (root, path)
}

/// The only file in the folder is the target, with this content.
fn alone_with(root: &tempfile::TempDir, path: &Path, content: &str) -> bool {
    fs::read_dir(root.path()).unwrap().count() == 1 && fs::read_to_string(path).unwrap() == content
}

#[test]
fn new_content_takes_the_place_of_the_old() {
    let (root, path) = old_file();
    replace(&path, b"new").unwrap();
    assert!(alone_with(&root, &path, "new"));
}

#[test]
fn a_hook_that_fails_keeps_the_old_file() {
    let (root, path) = old_file();
    let hook = |part: &Path| {
        assert_eq!(fs::read(part).unwrap(), b"new");
        Err(io::Error::other("not good"))
    };
    let error = Replace::new(&path).verify(hook).write(b"new").unwrap_err();
    assert_eq!(error.to_string(), "not good");
    assert!(alone_with(&root, &path, "old"));
}

#[test]
fn a_rename_is_tried_again_while_the_file_is_in_use() {
    let (root, path) = old_file();
    let tries = Cell::new(0);
    let rename = |from: &Path, to: &Path| {
        tries.set(tries.get() + 1);
        if tries.get() < 4 { Err(ErrorKind::PermissionDenied.into()) } else { fs::rename(from, to) }
    };
    let waits = vec![Duration::ZERO; 3];
    Replace::new(&path).retry_in_use(waits.clone()).rename_with(rename).write(b"new").unwrap();
    assert_eq!(tries.get(), 4);
    assert!(alone_with(&root, &path, "new"));

    tries.set(0);
    let error = Replace::new(&path).retry_in_use(waits[..2].to_vec()).rename_with(rename).write(b"newer");
    assert_eq!(error.unwrap_err().kind(), ErrorKind::PermissionDenied);
    assert_eq!(tries.get(), 3);
    assert!(alone_with(&root, &path, "new"));
}

#[cfg(windows)]
#[test]
fn whoever_looks_at_the_old_file_for_a_moment_is_waited_for() {
    use std::os::windows::fs::OpenOptionsExt;
    const READ: u32 = 1;
    let (root, path) = old_file();
    let mut scanner = Some(File::options().read(true).share_mode(READ).open(&path).unwrap());
    let mut refused = 0;
    let rename = |from: &Path, to: &Path| {
        fs::rename(from, to).inspect_err(|_| {
            refused += 1;
            scanner.take_if(|_| refused == 3);
        })
    };
    Replace::new(&path).rename_with(rename).write(b"new").unwrap();
    assert_eq!(refused, 3);
    assert!(alone_with(&root, &path, "new"));
}

#[test]
fn other_failures_of_the_rename_are_not_tried_again() {
    let (root, path) = old_file();
    let tries = Cell::new(0);
    let rename = |_: &Path, _: &Path| {
        tries.set(tries.get() + 1);
        Err(ErrorKind::StorageFull.into())
    };
    let error = Replace::new(&path).retry_in_use(vec![Duration::ZERO; 3]).rename_with(rename).write(b"new");
    assert_eq!((error.unwrap_err().kind(), tries.get()), (ErrorKind::StorageFull, 1));
    assert!(alone_with(&root, &path, "old"));
}

#[test]
fn nothing_is_written_over_what_write_new_finds() {
    let (root, path) = old_file();
    assert!(!Replace::new(&path).write_new(b"new").unwrap());
    assert!(alone_with(&root, &path, "old"));
    fs::remove_file(&path).unwrap();
    assert!(Replace::new(&path).write_new(b"new").unwrap());
    assert!(alone_with(&root, &path, "new"));
}

#[test]
fn a_folder_in_the_way_and_a_missing_folder_are_errors() {
    let (root, path) = old_file();
    fs::create_dir(root.path().join("folder")).unwrap();
    assert!(replace(&root.path().join("folder"), b"new").is_err());
    assert_eq!(replace(&root.path().join("none/a.lic"), b"new").unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(replace(Path::new(".."), b"new").unwrap_err().kind(), ErrorKind::InvalidInput);
    fs::remove_dir(root.path().join("folder")).unwrap();
    assert!(alone_with(&root, &path, "old"));
}

#[test]
fn names_as_long_as_the_file_system_takes_are_written() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("ü".repeat(127));
    replace(&path, b"new").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
}

#[test]
fn a_watcher_never_sees_half_a_file() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a.lic");
    let contents = [vec![b'a'; 300_000], vec![b'b'; 200_000]];
    replace(&path, &contents[0]).unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut reads = 0;
            while !done.load(Ordering::Relaxed) {
                assert!(contents.contains(&fs::read(&path).unwrap()));
                reads += 1;
            }
            reads
        });
        let waits =
            match wine::differs("a rename over an open file is refused: it is tried until it is closed") {
                true => vec![Duration::from_millis(1); 5_000],
                false => Vec::new(),
            };
        let written = (1..=100).try_for_each(|turn: usize| {
            Replace::new(&path).retry_in_use(waits.clone()).write(&contents[turn % 2])
        });
        done.store(true, Ordering::Relaxed);
        written.unwrap();
        assert!(watcher.join().unwrap() > 0);
    });
}

#[cfg(unix)]
#[test]
fn permissions_are_those_asked_for_and_a_link_is_replaced() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (root, path) = old_file();
    Replace::new(&path).mode(0o600).write(b"secret").unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

    let link = root.path().join("link");
    symlink(&path, &link).unwrap();
    replace(&link, b"new").unwrap();
    assert!(link.symlink_metadata().unwrap().is_file());
    assert_eq!(fs::read(&path).unwrap(), b"secret");
}
