use std::fs;

use super::*;
use crate::{
    Offer,
    offer::samples::{second, signed},
};

fn records() -> (tempfile::TempDir, Records) {
    let folder = tempfile::tempdir().unwrap();
    let records = Records::open(folder.path().join("license")).unwrap();
    (folder, records)
}

fn deliver(records: &mut Records, offer: &Offer, at: i64) {
    let entry = Entry::new(offer, second(at));
    records.raise_mark(&entry).unwrap();
    records.record(&entry, &offer.file, second(at)).unwrap();
}

#[test]
fn a_restart_finds_everything_again() {
    let (_folder, mut records) = records();
    assert!(records.in_force().is_none() && records.license_file().unwrap().is_none());
    deliver(&mut records, &signed(7, 10), 0);
    deliver(&mut records, &signed(8, 15), 60);
    records.note_in_use(InUse::PickedUp, second(61)).unwrap();
    let again = Records::open(records.folder.clone()).unwrap();
    let in_force = again.in_force().unwrap();
    assert_eq!((in_force.digest, in_force.delivered_at), (signed(8, 15).digest, second(60)));
    assert_eq!(again.license_file().unwrap().unwrap(), signed(8, 15).file);
    assert_eq!(again.delivered().unwrap().previous, Some(signed(7, 10).license));
    assert_eq!(again.seen(), Some(Seen { at: second(61), confirmed: false }));
    assert_eq!(again.mark("PD-1").unwrap().sequence, 8);
    assert_eq!(again.mark("PD-2"), None);
    assert_eq!(again.announcements(), records.announcements());
    let kept = again.folder_of(signed(7, 10).digest).join("prismadirect.lic");
    assert_eq!(fs::read(kept).unwrap(), signed(7, 10).file.bytes, "the older license stays on record");
}

#[test]
fn a_damaged_state_is_named_and_left_as_it_is() {
    let (_folder, mut records) = records();
    deliver(&mut records, &signed(7, 10), 0);
    let path = records.folder.join(STATE);
    for damage in ["", "{", "{\"version\":2,\"marks\":[],\"announcements\":[]}"] {
        fs::write(&path, damage).unwrap();
        let error = Records::open(records.folder.clone()).unwrap_err();
        assert!(matches!(error, Error::Damaged { .. }) && error.is_about(&path), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), damage);
    }
}

#[test]
fn the_mark_and_the_known_time_only_rise() {
    let (_folder, mut records) = records();
    for (sequence, mark) in [(7, 7), (5, 7), (8, 8)] {
        records.raise_mark(&Entry::new(&signed(sequence, 1), second(0))).unwrap();
        assert_eq!(records.mark("PD-1").unwrap().sequence, mark);
    }
    assert!(records.is_below_mark(&signed(7, 1).license) && !records.is_below_mark(&signed(8, 1).license));
    let issued_at = signed(7, 1).license.issued_at;
    assert_eq!(records.known_time(), issued_at);
    records.note_signed_time(second(0)).unwrap();
    records.note_signed_time(second(-1)).unwrap();
    assert_eq!(records.known_time(), Some(second(0)));
}

#[test]
fn signed_times_are_written_every_ten_minutes_and_with_every_other_change() {
    let (_folder, mut records) = records();
    let on_disk = |records: &Records| Records::open(records.folder.clone()).unwrap().known_time();
    for (signed, written) in [(0, 0), (599, 0), (600, 600), (700, 600)] {
        records.note_signed_time(second(signed)).unwrap();
        assert_eq!(on_disk(&records), Some(second(written)), "{signed}");
    }
    deliver(&mut records, &signed(7, 10), 0);
    assert_eq!(on_disk(&records), Some(second(700)));
}

#[test]
fn a_license_is_announced_when_it_is_seen_in_use_and_until_it_is_dismissed() {
    let (_folder, mut records) = records();
    deliver(&mut records, &signed(7, 10), 0);
    records.note_in_use(InUse::Confirmed, second(1)).unwrap();
    assert!(records.announcements().is_empty(), "the first license is no news");

    deliver(&mut records, &signed(8, 15), 10);
    records.note_in_use(InUse::NotYet, second(11)).unwrap();
    assert!(records.announcements().is_empty());
    assert_eq!(records.waiting(second(30)), Some(TimeDelta::seconds(20)));
    records.note_in_use(InUse::PickedUp, second(12)).unwrap();
    records.note_in_use(InUse::Confirmed, second(13)).unwrap();
    records.note_in_use(InUse::PickedUp, second(14)).unwrap();
    assert_eq!(records.seen(), Some(Seen { at: second(13), confirmed: true }));
    assert_eq!(records.waiting(second(30)), None);
    let [announcement] = records.announcements() else { panic!("{:?}", records.announcements()) };
    assert!(announcement.changes.at_feature_level());
    assert_eq!((announcement.digest, announcement.since), (signed(8, 15).digest, second(12)));

    assert!(records.dismiss(signed(8, 15).digest).unwrap());
    assert!(!records.dismiss(signed(8, 15).digest).unwrap());
    assert!(records.announcements().is_empty());
}

#[test]
fn of_moved_dates_only_the_latest_is_remembered() {
    let (_folder, mut records) = records();
    for (sequence, date) in [(7, "2027-01-31"), (8, "2028-01-31"), (9, "2029-01-31")] {
        let mut offer = signed(sequence, 10);
        offer.license.expires = crate::Expiry::On(date.parse().unwrap());
        deliver(&mut records, &offer, 0);
        records.note_in_use(InUse::Confirmed, second(1)).unwrap();
    }
    let digests: Vec<_> = records.announcements().iter().map(|announcement| announcement.digest).collect();
    assert_eq!(digests, [signed(9, 10).digest]);
}

#[test]
fn nothing_changes_in_memory_when_it_cannot_be_written() {
    let (_folder, mut records) = records();
    deliver(&mut records, &signed(7, 10), 0);
    fs::remove_dir_all(&records.folder).unwrap();
    fs::write(&records.folder, "in the way").unwrap();
    let offer = signed(8, 15);
    let entry = Entry::new(&offer, second(1));
    assert!(records.raise_mark(&entry).is_err());
    assert!(records.record(&entry, &offer.file, second(1)).is_err());
    assert_eq!(records.mark("PD-1").unwrap().sequence, 7);
    assert_eq!(records.in_force().unwrap().digest, signed(7, 10).digest);
}
