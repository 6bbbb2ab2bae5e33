use std::fs;

use super::*;
use crate::{
    offer::samples::{name, second, signed, unsigned},
    server::{ServerError, ServerErrorKind, Step},
};

fn outbox() -> (tempfile::TempDir, Outbox) {
    let folder = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(folder.path().join("outbox")).unwrap();
    (folder, outbox)
}

fn fails(outbox: &mut Outbox, id: Digest, kind: ServerErrorKind, at: i64) {
    let error = Error::from(ServerError::new(kind).during(Step::Connect));
    outbox.begun(id);
    outbox.failed(id, "//fls/DroppedLicense".to_owned(), &error, second(at)).unwrap();
}

#[test]
fn the_same_license_again_changes_nothing() {
    let (_folder, mut outbox) = outbox();
    let offer = signed(7, 10);
    outbox.add(&offer, second(0)).unwrap();
    fails(&mut outbox, offer.digest, ServerErrorKind::Timeout, 1);
    let before = outbox.entries().to_vec();
    assert!(outbox.add(&offer, second(2)).unwrap().is_empty());
    assert_eq!(outbox.entries(), before);
}

#[test]
fn entries_survive_a_restart_with_cause_and_time() {
    let (_folder, mut outbox) = outbox();
    let offer = signed(7, 10);
    outbox.add(&offer, second(0)).unwrap();
    fails(&mut outbox, offer.digest, ServerErrorKind::HostUnreachable, 3);
    let again = Outbox::open(outbox.folder.clone()).unwrap();
    assert_eq!(again.entries(), outbox.entries());
    let failure = again.entries()[0].failure.clone().unwrap();
    assert_eq!((failure.kind, failure.at), (ServerErrorKind::HostUnreachable, second(3)));
    assert_eq!(failure.message, "server cannot be reached while connecting");
    assert_eq!(again.license_file(offer.digest).unwrap(), offer.file);
}

#[test]
fn a_newer_license_supersedes_the_older_ones_of_its_serial_number_or_name() {
    let (_folder, mut outbox) = outbox();
    let (seven, eight) = (signed(7, 10), signed(8, 10));
    let mut other = signed(3, 1);
    other.license.serial_number = Some("PD-2".to_owned());
    other.file.name = name("other.lic");
    for offer in [&seven, &other] {
        assert!(outbox.add(offer, second(0)).unwrap().is_empty());
    }
    assert_eq!(outbox.add(&eight, second(1)).unwrap(), [seven.digest]);
    assert!(!outbox.holds(seven.digest));
    assert_eq!(outbox.due(second(1)), [other.digest, eight.digest]);
    assert!(matches!(outbox.license_file(seven.digest), Err(Error::Superseded(_))));
    assert!(matches!(outbox.try_again(seven.digest), Err(Error::Superseded(_))));

    let mut imported = unsigned("SERVER x\n");
    imported.file.name = name("other.lic");
    assert_eq!(outbox.add(&imported, second(2)).unwrap(), [other.digest]);
}

#[test]
fn a_superseded_license_that_is_accepted_once_more_is_the_newest_again() {
    let (_folder, mut outbox) = outbox();
    let (first, second_one) = (unsigned("first"), unsigned("second"));
    outbox.add(&first, second(0)).unwrap();
    outbox.add(&second_one, second(1)).unwrap();
    assert_eq!(outbox.add(&first, second(2)).unwrap(), [second_one.digest]);
    assert_eq!(outbox.due(second(2)), [first.digest]);
}

#[test]
fn a_kill_between_keeping_and_superseding_is_made_good_at_the_next_start() {
    let (seven, eight) = (signed(7, 10), signed(8, 10));
    // Of a clock that was set back meanwhile, too: both stay, and the mark stops the older one.
    for (later, left) in [(0, &[eight.digest][..]), (1, &[eight.digest]), (-1, &[eight.digest, seven.digest])]
    {
        let (_folder, mut outbox) = outbox();
        outbox.add(&seven, second(0)).unwrap();
        let before = fs::read(outbox.folder_of(seven.digest).join(ENTRY)).unwrap();
        outbox.add(&eight, second(later)).unwrap();
        fs::write(outbox.folder_of(seven.digest).join(ENTRY), before).unwrap();
        let again = Outbox::open(outbox.folder.clone()).unwrap();
        assert_eq!(again.due(second(0)), left, "{later}");
    }
}

#[test]
fn a_kill_while_adding_or_leaving_leaves_no_entry_and_no_files() {
    let (_folder, mut outbox) = outbox();
    let offer = signed(7, 10);
    outbox.add(&offer, second(0)).unwrap();
    fs::remove_file(outbox.folder_of(offer.digest).join(ENTRY)).unwrap();
    fs::write(outbox.folder.join("readme.txt"), "not ours").unwrap();
    fs::create_dir(outbox.folder.join("not-a-digest")).unwrap();
    let again = Outbox::open(outbox.folder.clone()).unwrap();
    assert!(again.entries().is_empty());
    assert!(!outbox.folder_of(offer.digest).exists());
    assert!(outbox.folder.join("readme.txt").exists() && outbox.folder.join("not-a-digest").exists());
}

#[test]
fn a_damaged_entry_is_named_and_kept_and_mended_by_the_same_license() {
    let (_folder, mut outbox) = outbox();
    let (seven, other) = (signed(7, 10), unsigned("x"));
    outbox.add(&seven, second(0)).unwrap();
    outbox.add(&other, second(0)).unwrap();
    let path = outbox.folder_of(seven.digest).join(ENTRY);
    let version_9 = fs::read_to_string(&path).unwrap().replacen("\"version\": 1", "\"version\": 9", 1);
    for damage in ["", "{\"version\":1}", &version_9] {
        fs::write(&path, damage).unwrap();
        let again = Outbox::open(outbox.folder.clone()).unwrap();
        assert_eq!(again.due(second(0)), [other.digest], "the others go on");
        let error = again.damaged()[0].to_string();
        assert!(error.contains(&path.display().to_string()), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), damage, "left as it is");
    }
    let mut again = Outbox::open(outbox.folder.clone()).unwrap();
    again.add(&seven, second(1)).unwrap();
    assert!(again.damaged().is_empty());
    assert_eq!(again.license_file(seven.digest).unwrap(), seven.file);
}

#[test]
fn a_changed_license_file_is_not_delivered() {
    let (_folder, mut outbox) = outbox();
    let offer = signed(7, 10);
    outbox.add(&offer, second(0)).unwrap();
    for (file, what) in [(offer.file.envelope_name(), "envelope"), (offer.file.name.to_string(), "file")] {
        let path = outbox.folder_of(offer.digest).join(&file);
        fs::write(&path, "other").unwrap();
        let error = outbox.license_file(offer.digest).unwrap_err();
        assert!(error.is_about(&path), "{what}: {error}");
    }
}

#[test]
fn each_failure_is_tried_again_when_that_makes_sense() {
    let (_folder, mut outbox) = outbox();
    let id = signed(7, 10).digest;
    outbox.add(&signed(7, 10), second(0)).unwrap();
    assert_eq!(outbox.due(second(-100)), [id], "new ones wait for nothing");
    for (kind, waits) in [
        (ServerErrorKind::HostUnreachable, &[5, 10, 20][..]),
        (ServerErrorKind::DiskFull, &[5, 10]),
        (ServerErrorKind::AccessDenied, &[900, 900]),
        (ServerErrorKind::PathNotFound, &[900]),
    ] {
        outbox.try_again(id).unwrap();
        for wait in waits {
            fails(&mut outbox, id, kind, 1000);
            assert!(outbox.due(second(1000 + wait - 1)).is_empty(), "{kind} {wait}");
            assert_eq!(outbox.due(second(1000 + wait)), [id], "{kind} {wait}");
            assert_eq!(outbox.next_due(), Some(second(1000 + wait)));
            assert_eq!(outbox.due(second(999)), [id], "the clock was set back");
        }
    }
    for kind in [
        ServerErrorKind::BadCredentials,
        ServerErrorKind::AccountLocked,
        ServerErrorKind::Security,
        ServerErrorKind::BadName,
        ServerErrorKind::ByHand,
    ] {
        fails(&mut outbox, id, kind, 1000);
        assert!(outbox.due(second(1_000_000)).is_empty() && outbox.due(second(0)).is_empty(), "{kind}");
        assert_eq!(outbox.next_due(), None);
        outbox.try_all_again().unwrap();
        assert_eq!(outbox.due(second(0)), [id]);
    }
}

#[test]
fn one_failed_log_on_stops_every_delivery_until_the_settings_change() {
    let (_folder, mut outbox) = outbox();
    let (seven, eight, other) = (signed(7, 10), signed(8, 10), unsigned("x"));
    outbox.add(&seven, second(0)).unwrap();
    outbox.add(&other, second(0)).unwrap();
    fails(&mut outbox, seven.digest, ServerErrorKind::BadCredentials, 1);
    outbox.add(&eight, second(2)).unwrap();
    let mut again = Outbox::open(outbox.folder.clone()).unwrap();
    assert!(again.due(second(1_000_000)).is_empty(), "not the old one, nor its successor, nor another");
    assert_eq!(again.entry(eight.digest).unwrap().failure, again.entry(seven.digest).unwrap().failure);
    again.try_all_again().unwrap();
    assert_eq!(again.due(second(0)), [other.digest, eight.digest]);
}

#[test]
fn what_cannot_be_written_is_remembered_all_the_same() {
    let (_folder, mut outbox) = outbox();
    let offer = signed(7, 10);
    outbox.add(&offer, second(0)).unwrap();
    fs::remove_dir_all(&outbox.folder).unwrap();
    let error = Error::from(ServerError::new(ServerErrorKind::DiskFull));
    assert!(outbox.failed(offer.digest, String::new(), &error, second(0)).is_err());
    assert!(outbox.due(second(4)).is_empty(), "no hot loop");
}
