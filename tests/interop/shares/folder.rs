//! What only root can prepare: a full and a read-only file system below a folder.
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use license_lifecycle::server::{Folder, LicenseServer, ServerErrorKind as Kind, Step, contract};

use crate::samba::{contents, license};

/// A small file system of its own (tmpfs), unmounted when dropped.
struct FileSystem {
    path: PathBuf,
    _home: tempfile::TempDir,
}

impl FileSystem {
    fn mount(options: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("DroppedLicense");
        fs::create_dir(&path).unwrap();
        run(Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&path));
        Self { path, _home: home }
    }

    fn remount(&self, options: &str) {
        run(Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(&self.path));
    }
}

impl Drop for FileSystem {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.path).status();
    }
}

fn run(command: &mut Command) {
    let done = command.output().unwrap();
    assert!(
        done.status.success(),
        "this test mounts a file system, which takes root: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// Delivering fails like this and changes nothing; the check says the same.
fn fails(path: &Path, kind: Kind, step: Step, right: Option<&str>) {
    let before = contents(path);
    let mut folder = Folder::new(path).retry_in_use(Vec::new());
    let error = folder.deliver(&license(&[b'n'; 100_000])).unwrap_err();
    println!("{kind:?} {error}");
    assert_eq!((error.kind, error.during), (kind, Some(step)), "{error:?}");
    assert_eq!((error.missing_right(), error.outcome_unknown), (right, false));
    assert_eq!(contents(path), before, "nothing is left behind");
}

#[test]
fn a_full_disk_is_told_and_the_license_in_force_stays() {
    let disk = FileSystem::mount("size=64k");
    Folder::new(&disk.path).deliver(&license(b"in force")).unwrap();
    fails(&disk.path, Kind::DiskFull, Step::Write, None);
    // Room for one more: it arrives, so it was the room.
    disk.remount("size=1m");
    Folder::new(&disk.path).deliver(&license(&[b'n'; 100_000])).unwrap();
}

#[test]
fn a_read_only_file_system_is_told_and_the_license_in_force_stays() {
    let disk = FileSystem::mount("size=1m");
    Folder::new(&disk.path).deliver(&license(b"in force")).unwrap();
    disk.remount("ro");
    fails(&disk.path, Kind::AccessDenied, Step::Write, Some("write"));
    contract::check_failing(&mut Folder::new(&disk.path), || contents(&disk.path)).unwrap();
}
