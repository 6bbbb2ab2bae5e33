use std::{fs, os::unix::fs::PermissionsExt};

use super::*;
use crate::offer::samples::{second, signed};
use crate::server::EmptiedInbox;

/// A program in the place of `lmutil` that runs this shell script.
fn lmutil(script: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lmutil");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    (folder, path)
}

fn prints(seats: u64) -> String {
    format!(
        "test \"$*\" = 'lmstat -a -c 27000@fls' || exit 9\ncat <<'TEXT'\nUsers of WEB_SHOP:  (Total of {seats} licenses issued;  Total of 0 licenses in use)\n\nTEXT\nexit 1"
    )
}

fn delivered() -> DeliveredLicense {
    crate::Entry::new(&signed(8, 15), second(0)).as_delivered(Some(&signed(7, 10).license))
}

#[test]
fn a_license_is_in_use_when_lmstat_shows_its_counts_and_did_not_before() {
    for (seats, in_use) in [(15, InUse::Confirmed), (10, InUse::NotYet)] {
        let (_folder, program) = lmutil(&prints(seats));
        assert_eq!(Lmstat::new("27000@fls").program(program).in_use(&delivered()).unwrap(), in_use);
    }
}

#[test]
fn the_inbox_decides_where_lmstat_shows_the_same_for_both() {
    let (_folder, program) = lmutil(&prints(15));
    let inbox = tempfile::tempdir().unwrap();
    let same = DeliveredLicense { previous: Some(signed(6, 15).license), ..delivered() };
    let mut alone = Lmstat::new("27000@fls").program(&program);
    let emptied = EmptiedInbox::new(inbox.path());
    let mut status = Lmstat::new("27000@fls").program(program).inbox(Box::new(emptied));
    assert_eq!(alone.in_use(&same).unwrap(), InUse::NotYet);
    assert_eq!(status.in_use(&same).unwrap(), InUse::PickedUp);
    fs::write(inbox.path().join(&same.name), "still there").unwrap();
    assert_eq!(status.in_use(&same).unwrap(), InUse::NotYet);
    assert_eq!(status.in_use(&delivered()).unwrap(), InUse::Confirmed);
    inbox.close().unwrap();
    assert!(status.in_use(&same).is_err(), "a folder that is gone was not emptied");
}

#[test]
fn lmutil_is_ended_when_it_takes_too_long() {
    let (_folder, program) = lmutil("exec sleep 1000");
    let status = Lmstat::new("27000@fls").program(program).patience(Duration::from_millis(50));
    let error = status.status().unwrap_err();
    let cause = std::error::Error::source(&error).unwrap();
    assert_eq!(cause.downcast_ref::<io::Error>().unwrap().kind(), io::ErrorKind::TimedOut);
}

#[test]
fn lmutil_that_never_stops_printing_is_cut_off() {
    let (_folder, program) = lmutil("exec yes");
    let printed = Lmstat::new("27000@fls").program(program).run().unwrap();
    assert_eq!(printed.len() as u64, LIMIT);
}

#[test]
fn a_missing_lmutil_is_an_error() {
    assert!(Lmstat::new("27000@fls").program("/nonexistent/lmutil").status().is_err());
}
