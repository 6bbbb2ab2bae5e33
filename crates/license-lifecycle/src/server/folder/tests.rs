use std::{error::Error as _, fs, path::Path};

use super::*;
use crate::offer::samples::name;

fn license(name_: &str, bytes: &[u8]) -> LicenseFile {
    LicenseFile { name: name(name_), bytes: bytes.to_vec(), envelope: None }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|item| item.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn no_waits(path: &Path) -> Folder {
    Folder::new(path).retry_in_use(Vec::new())
}

#[test]
fn the_envelope_is_in_place_before_the_file_where_the_server_wants_it() {
    let inbox = tempfile::tempdir().unwrap();
    let signed = LicenseFile { envelope: Some(b"envelope".to_vec()), ..license("a.lic", b"file") };
    Folder::new(inbox.path()).with_envelope(false).deliver(&signed).unwrap();
    assert_eq!(names(inbox.path()), ["a.lic"]);
    fs::remove_file(inbox.path().join("a.lic")).unwrap();
    fs::create_dir(inbox.path().join("a.lic")).unwrap();
    no_waits(inbox.path()).deliver(&signed).unwrap_err();
    assert_eq!(
        names(inbox.path()),
        ["a.lic", "a.lic.dsse"],
        "the file failed, the envelope was there before"
    );
    assert_eq!(fs::read(inbox.path().join("a.lic.dsse")).unwrap(), b"envelope");
}

#[test]
fn a_reset_lies_beside_the_license_where_the_server_wants_envelopes() {
    let inbox = tempfile::tempdir().unwrap();
    Folder::new(inbox.path()).with_envelope(false).reset(&name("a.lic"), b"reset").unwrap();
    assert_eq!(names(inbox.path()), [""; 0]);
    Folder::new(inbox.path()).reset(&name("a.lic"), b"reset").unwrap();
    assert_eq!(names(inbox.path()), ["a.lic.reset.dsse"]);
}

#[test]
fn unusual_names_arrive_under_these_names() {
    let inbox = tempfile::tempdir().unwrap();
    let longest = "x".repeat(200);
    for odd in
        ["ünï cödé №7 (2).lic", "a b  c.lic", "'$(reboot)'.lic", "100%.lic", "許諾.lic", "-rf", &longest]
    {
        Folder::new(inbox.path()).deliver(&license(odd, odd.as_bytes())).unwrap();
        assert_eq!(fs::read(inbox.path().join(odd)).unwrap(), odd.as_bytes());
    }
}

#[test]
fn a_missing_folder_is_named_and_never_made() {
    let parent = tempfile::tempdir().unwrap();
    let missing = parent.path().join("DroppedLicense");
    let mut folder = Folder::new(&missing);
    let error = folder.deliver(&license("a.lic", b"x")).unwrap_err();
    assert_eq!((error.kind, error.during), (ServerErrorKind::PathNotFound, Some(Step::Write)));
    assert!(error.source().is_some() && !error.outcome_unknown);
    assert_eq!(folder.check().unwrap_err().kind, ServerErrorKind::PathNotFound);
    fs::write(&missing, "a file in its place").unwrap();
    assert_eq!(folder.check().unwrap_err().kind, ServerErrorKind::PathNotFound);
    assert_eq!(folder.describe(), missing.display().to_string());
}

#[test]
fn whoever_watches_a_check_sees_each_right_that_was_used() {
    let inbox = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    Folder::new(inbox.path()).check_watched(&mut |step| seen.push(step)).unwrap();
    assert_eq!(seen, [Step::OpenFolder, Step::Write, Step::Read, Step::Replace, Step::Delete]);
}

#[test]
fn what_stands_under_the_name_and_is_no_file_stays() {
    let inbox = tempfile::tempdir().unwrap();
    fs::create_dir(inbox.path().join("a.lic")).unwrap();
    let error = no_waits(inbox.path()).deliver(&license("a.lic", b"x")).unwrap_err();
    assert_eq!((error.kind, error.during), (ServerErrorKind::BadName, Some(Step::Replace)));
    assert!(inbox.path().join("a.lic").is_dir());
    assert_eq!(names(inbox.path()), ["a.lic"], "the part is gone");
}

#[test]
fn a_rename_that_windows_denies_is_tried_again_while_the_file_is_in_use() {
    let inbox = tempfile::tempdir().unwrap();
    let denied = |times: usize| {
        let mut left = times;
        move |from: &Path, to: &Path| {
            if left == 0 {
                return fs::rename(from, to);
            }
            left -= 1;
            Err(io::Error::from(io::ErrorKind::PermissionDenied))
        }
    };
    let folder = Folder::new(inbox.path()).retry_in_use(vec![Duration::ZERO; 3]);
    folder.put_with("a.lic", b"old", denied(3)).unwrap();
    let error = folder.put_with("a.lic", b"new", denied(4)).err().unwrap();
    assert_eq!((error.missing_right(), error.outcome_unknown), (Some("modify"), false));
    assert_eq!(fs::read(inbox.path().join("a.lic")).unwrap(), b"old");
    assert_eq!(names(inbox.path()), ["a.lic"]);
}

#[cfg(windows)]
#[test]
fn a_verbatim_path_is_a_folder_and_a_share_that_is_not_there_is_told() {
    let inbox = tempfile::tempdir().unwrap();
    let verbatim = fs::canonicalize(inbox.path()).unwrap();
    assert!(verbatim.to_str().unwrap().starts_with(r"\\?\"), "{verbatim:?}");
    Folder::new(&verbatim).deliver(&license("a.lic", b"x")).unwrap();
    assert_eq!(names(inbox.path()), ["a.lic"]);

    let error = no_waits(Path::new(r"\\127.0.0.1\NoSuchShare")).deliver(&license("a.lic", b"x")).unwrap_err();
    let expected = match wine::differs("there is no network redirector: a UNC path is a path that is missing")
    {
        true => ServerErrorKind::PathNotFound,
        false => ServerErrorKind::ShareNotFound,
    };
    assert_eq!((error.kind, error.during), (expected, Some(Step::Write)), "{:?}", error.source());
}

#[test]
fn a_folder_that_is_replaced_under_us_fails_or_receives_but_never_half() {
    let parent = tempfile::tempdir().unwrap();
    let inbox = parent.path().join("inbox");
    fs::create_dir(&inbox).unwrap();
    let replaced = |from: &Path, to: &Path| {
        fs::rename(&inbox, parent.path().join("moved away"))?;
        fs::create_dir(&inbox)?;
        fs::rename(from, to)
    };
    let error = no_waits(&inbox).put_with("a.lic", b"x", replaced).err().unwrap();
    assert_eq!(error.kind, ServerErrorKind::PathNotFound);
    assert!(names(&inbox).is_empty());
    Folder::new(&inbox).deliver(&license("a.lic", b"x")).unwrap();
}

#[test]
fn a_license_that_reached_its_name_but_not_surely_the_disk_may_have_arrived() {
    let parent = tempfile::tempdir().unwrap();
    let inbox = parent.path().join("inbox");
    fs::create_dir(&inbox).unwrap();
    let then_gone = |from: &Path, to: &Path| {
        fs::rename(from, to)?;
        fs::rename(&inbox, parent.path().join("moved away"))
    };
    let put = no_waits(&inbox).put_with("a.lic", b"x", then_gone);
    // Windows has no call that makes a name survive, so there is none that could fail.
    assert_eq!(put.as_ref().err().map(|error| error.outcome_unknown), cfg!(unix).then_some(true));
    assert_eq!(fs::read(parent.path().join("moved away/a.lic")).unwrap(), b"x");
}

#[test]
fn leftovers_of_ours_are_swept_by_the_clock_of_the_file_system() {
    let inbox = tempfile::tempdir().unwrap();
    let (ours, others) = ("~a.lic.0123456789abcdef.part", "~WRD0001.tmp");
    for (file, hours) in [(ours, 2), ("~b.lic.0123456789abcdef.part", 0), (others, 2)] {
        let file = fs::File::create(inbox.path().join(file)).unwrap();
        let written = file.metadata().unwrap().modified().unwrap();
        file.set_modified(written - Duration::from_secs(hours * 3600)).unwrap();
    }
    Folder::new(inbox.path()).deliver(&license("a.lic", b"x")).unwrap();
    assert_eq!(names(inbox.path()), ["a.lic", others, "~b.lic.0123456789abcdef.part"]);
}

#[cfg(unix)]
#[test]
fn a_folder_behind_a_link_is_a_folder_and_a_link_under_the_name_is_replaced() {
    use std::os::unix::fs::symlink;
    let parent = tempfile::tempdir().unwrap();
    let (inbox, link, elsewhere) =
        (parent.path().join("inbox"), parent.path().join("link"), parent.path().join("elsewhere"));
    fs::create_dir(&inbox).unwrap();
    fs::write(&elsewhere, "untouched").unwrap();
    symlink(&inbox, &link).unwrap();
    symlink(&elsewhere, inbox.join("a.lic")).unwrap();
    Folder::new(&link).deliver(&license("a.lic", b"new")).unwrap();
    assert_eq!(fs::read(inbox.join("a.lic")).unwrap(), b"new");
    assert!(!inbox.join("a.lic").is_symlink());
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "untouched");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_system_that_takes_no_files_is_an_error_with_a_kind() {
    // Not even root creates files there.
    let error = Folder::new("/proc/self").deliver(&license("a.lic", b"x")).unwrap_err();
    assert!(matches!(error.kind, ServerErrorKind::PathNotFound | ServerErrorKind::AccessDenied), "{error}");
    assert_eq!(error.during, Some(Step::Write));
}

#[cfg(feature = "contract")]
#[test]
fn the_folder_keeps_the_promises_of_the_port() {
    use crate::server::contract;
    let inbox = tempfile::tempdir().unwrap();
    let contents = || -> contract::Contents {
        let files = fs::read_dir(inbox.path()).into_iter().flatten().map(|item| item.unwrap().path());
        let read = |path: std::path::PathBuf| {
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap())
        };
        files.map(read).collect()
    };
    contract::check(&mut Folder::new(inbox.path()), contents).unwrap();
    fs::rename(inbox.path(), inbox.path().with_extension("gone")).unwrap();
    contract::check_failing(&mut Folder::new(inbox.path()), contents).unwrap();
    fs::rename(inbox.path().with_extension("gone"), inbox.path()).unwrap();
}
