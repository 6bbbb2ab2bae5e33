//! Every failure against the real server: kind, step, message, and nothing changed.
use std::{fs::File, io::Write, path::Path, sync::Mutex, thread, time::Duration};

use license_lifecycle::server::{LicenseServer, ServerError, ServerErrorKind as Kind, Step, contract};
use rustix::fs::{FlockOperation, fcntl_lock};

use crate::samba::{READER, Samba, WRITER, contents, license};

#[test]
fn each_failure_has_its_kind_and_leaves_everything_as_it_was() {
    let samba = Samba::start();
    std::fs::write(samba.folder("dropped").join("prismadirect.lic"), "in force").unwrap();
    let new = license(&[b'n'; 100_000]);
    let wrong = (WRITER.0, "wrong");
    for (share, account, folder, kind, step, right) in [
        ("ReadOnlyShare", WRITER, "ro", Kind::AccessDenied, Step::Write, Some("write")),
        ("AclDenied", WRITER, "acl", Kind::AccessDenied, Step::Write, Some("write")),
        ("DroppedLicense", READER, "dropped", Kind::AccessDenied, Step::Write, Some("write")),
        ("FullDisk", WRITER, "full", Kind::DiskFull, Step::Write, None),
        ("FullSparse", WRITER, "full", Kind::DiskFull, Step::Write, None),
        ("EncryptedOnly", READER, "enc", Kind::AccessDenied, Step::OpenShare, None),
        ("NoSuchShare", WRITER, "dropped", Kind::ShareNotFound, Step::OpenShare, None),
        ("DroppedLicense/no/such", WRITER, "dropped", Kind::PathNotFound, Step::Write, None),
        ("DroppedLicense", wrong, "dropped", Kind::BadCredentials, Step::LogOn, None),
        ("DroppedLicense", ("nobody-here", "x"), "dropped", Kind::BadCredentials, Step::LogOn, None),
    ] {
        let before = contents(&samba.folder(folder));
        let mut server = samba.share(share, account);
        let error = server.deliver(&new).unwrap_err();
        println!("{share:24} {:12} {:18} {error}", account.0, error.kind.code());
        assert_eq!((error.kind, error.during), (kind, Some(step)), "{share} as {}: {error:?}", account.0);
        assert_eq!(
            (error.missing_right(), error.outcome_unknown),
            (right, false),
            "{share} as {}",
            account.0
        );
        assert_eq!(contents(&samba.folder(folder)), before, "{share} as {}", account.0);
        if kind != Kind::DiskFull {
            assert_eq!(server.check().unwrap_err().kind, kind, "{share} as {}", account.0);
        }
    }
}

#[test]
fn a_file_that_is_locked_or_changed_on_the_server_is_not_put_in_place() {
    let samba = Samba::start();
    let inbox = samba.folder("dropped");
    std::fs::write(inbox.join("prismadirect.lic"), "in force").unwrap();
    let locked: fn(File) -> Option<File> = |part| {
        fcntl_lock(&part, FlockOperation::NonBlockingLockExclusive).unwrap();
        Some(part) // the lock ends with it
    };
    let changed: fn(File) -> Option<File> = |mut part| part.write_all(b"x").map(|()| None).unwrap();
    for (meddle, kind) in [(locked, Kind::InUse), (changed, Kind::VerifyMismatch)] {
        let (before, folder) = (contents(&inbox), inbox.clone());
        let held = Mutex::new(None);
        // By somebody on the server itself, when all is written and nothing is read back yet.
        let share = samba.share("DroppedLicense", WRITER).on_progress(move |progress| {
            if progress.copied == progress.total {
                *held.lock().unwrap() = meddle(part_in(&folder));
            }
        });
        let error = share.clone().deliver(&license(b"new")).unwrap_err();
        println!("{:24} {:12} {:18} {error}", "DroppedLicense", WRITER.0, error.kind.code());
        assert_eq!((error.kind, error.during), (kind, Some(Step::Read)), "{error:?}");
        assert!(!error.outcome_unknown);
        assert_eq!(contents(&inbox), before, "{kind:?}: the part is gone, the old license stays");
    }
}

/// The one temporary file, open.
fn part_in(folder: &Path) -> File {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let part = names.into_iter().find(|path| path.extension().is_some_and(|end| end == "part")).unwrap();
    File::options().read(true).write(true).open(part).unwrap()
}

#[test]
fn a_folder_that_stands_under_the_name_stays() {
    let samba = Samba::start();
    let folder = samba.folder("dropped").join("prismadirect.lic");
    std::fs::create_dir(&folder).unwrap();
    let error = samba.share("DroppedLicense", WRITER).deliver(&license(b"new")).unwrap_err();
    assert_eq!((error.kind, error.during), (Kind::BadName, Some(Step::Replace)), "{error:?}");
    assert!(!error.outcome_unknown && folder.is_dir());
    assert_eq!(std::fs::read_dir(samba.folder("dropped")).unwrap().count(), 1, "the part is gone");
}

#[test]
fn whoever_panics_while_watching_a_delivery_costs_that_delivery_only() {
    let samba = Samba::start();
    let share = samba.share("DroppedLicense", WRITER).keep_open(Duration::from_secs(60));
    let mut watched = share.clone().on_progress(|_| panic!("on purpose"));
    assert_eq!(watched.deliver(&license(b"new")).unwrap_err().kind, Kind::Storage);
    share.clone().deliver(&license(b"new")).unwrap();
}

#[test]
fn a_server_that_knows_old_dialects_only_is_not_secure_enough() {
    let samba = Samba::start_with(&[("SMB_PROTOCOL", "SMB2_10")]);
    let error = samba.share("DroppedLicense", WRITER).deliver(&license(b"new")).unwrap_err();
    assert_eq!((error.kind, error.during), (Kind::Security, Some(Step::Connect)), "{error:?}");
    assert!(contents(&samba.folder("dropped")).is_empty());
}

#[test]
fn a_locked_account_is_not_a_wrong_password() {
    let samba = Samba::start();
    samba.account(&["-u", WRITER.0, "-c", "[D]"]);
    let error = samba.share("DroppedLicense", WRITER).check().unwrap_err();
    assert_eq!((error.kind, error.during), (Kind::AccountLocked, Some(Step::LogOn)), "{error:?}");
    samba.account(&["-u", WRITER.0, "-c", "[]"]);
    samba.share("DroppedLicense", WRITER).check().unwrap();

    samba.account(&["-P", "bad lockout attempt", "-C", "2"]);
    let wrong = || samba.share("DroppedLicense", (WRITER.0, "wrong")).check().unwrap_err().kind;
    assert_eq!([wrong(), wrong()], [Kind::BadCredentials; 2]);
    let error = samba.share("DroppedLicense", WRITER).check().unwrap_err();
    assert_eq!(error.kind, Kind::AccountLocked, "{error:?}");
}

#[test]
fn a_server_that_is_gone_cannot_be_reached_and_changes_nothing() {
    let samba = Samba::start();
    let mut share = samba.share("DroppedLicense", WRITER);
    share.deliver(&license(b"in force")).unwrap();
    samba.stop();
    let error: ServerError = share.deliver(&license(b"new")).unwrap_err();
    assert_eq!((error.kind, error.during), (Kind::HostUnreachable, Some(Step::Connect)));
    contract::check_failing(&mut share, || contents(&samba.folder("dropped"))).unwrap();
}

#[test]
fn a_server_that_is_killed_in_mid_transfer_keeps_the_license_in_force() {
    let samba = Samba::start();
    samba.share("DroppedLicense", WRITER).deliver(&license(b"in force")).unwrap();
    let new = license(&[b'n'; 1_000_000]);
    let error = thread::scope(|scope| {
        let (half, halfway) = std::sync::mpsc::channel();
        let share = samba.share("DroppedLicense", WRITER).on_progress(move |progress| {
            if progress.copied * 2 > progress.total {
                // From here on nothing is sent before the server is dead.
                let (killed, dead) = std::sync::mpsc::channel::<()>();
                let _ = half.send(killed).map(|()| dead.recv());
            }
        });
        let (mut share, new) = (share, &new);
        let delivery = scope.spawn(move || share.deliver(new).unwrap_err());
        let _killed = halfway.recv().unwrap();
        samba.kill();
        drop((_killed, halfway));
        delivery.join().unwrap()
    });
    assert_eq!((error.kind, error.during), (Kind::HostUnreachable, Some(Step::Write)), "{error:?}");
    assert!(!error.outcome_unknown);
    let dropped = contents(&samba.folder("dropped"));
    assert_eq!(dropped["prismadirect.lic"], b"in force");
    assert!(dropped.keys().all(|name| name == "prismadirect.lic" || name.ends_with(".part")), "{dropped:?}");

    samba.start_again();
    samba.share("DroppedLicense", WRITER).deliver(&new).unwrap();
    assert_eq!(contents(&samba.folder("dropped"))["prismadirect.lic"], new.bytes);
}

#[test]
fn a_server_that_stands_still_is_left_in_time() {
    let samba = Samba::start();
    let pid = std::fs::read_to_string(samba.root().join("run/smbd.pid")).unwrap();
    let signal = |signal: &str| {
        assert!(std::process::Command::new("kill").args([signal, pid.trim()]).status().unwrap().success());
    };
    signal("-STOP");
    let mut share = samba.share("DroppedLicense", WRITER).patience(Duration::from_millis(300));
    let error = share.deliver(&license(b"new")).unwrap_err();
    signal("-CONT");
    assert_eq!((error.kind, error.outcome_unknown), (Kind::Timeout, false), "{error:?}");
    assert!(contents(&samba.folder("dropped")).is_empty());
}
