use std::fs;

use chrono::{DateTime, Utc};
use tempfile::TempDir;

use super::*;
use crate::RequestId;
use crate::audit::{Tail, Verification, Verifier, export};

struct Place {
    folder: TempDir,
    key: SigningKey,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), key: SigningKey::generate().unwrap() }
    }

    fn open(&self) -> (Log, Opened) {
        Log::open(self.folder.path(), self.key.clone(), &[]).unwrap()
    }

    /// A place with so many records.
    fn with(records: u128) -> Self {
        let place = Self::new();
        let (mut log, _) = place.open();
        (0..records).for_each(|_| add(&mut log));
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn verify(&self) -> Verification {
        let head = Head::open(&fs::read(self.path(HEAD)).unwrap(), &[self.key.public()]).unwrap();
        let mut verifier = Verifier::new(Some(head));
        for file in files::files_after(self.folder.path(), 0).unwrap() {
            verifier.file(&file).unwrap();
        }
        verifier.finish()
    }
}

/// One more record, signed.
fn add(log: &mut Log) {
    write(log);
    log.sign().unwrap();
}

/// One more record, not signed yet.
fn write(log: &mut Log) {
    let event = Event::TimedOut { request_id: RequestId::from_bytes([7; 16]) };
    log.write(event, DateTime::<Utc>::UNIX_EPOCH).unwrap();
}

#[test]
fn an_audit_goes_on_where_it_was_closed() {
    let place = Place::with(3);
    let (mut log, opened) = place.open();
    assert_eq!((opened, log.head().records), (Opened::Sound, 3));
    add(&mut log);
    let found = place.verify();
    assert_eq!((found.ok, found.records, found.tail), (true, 4, Tail::Complete));
}

#[test]
fn a_record_that_a_crash_left_without_a_head_is_signed_at_the_next_start() {
    for before in [0, 3] {
        let place = Place::with(before);
        write(&mut place.open().0);
        if before > 0 {
            assert_eq!(place.verify().tail, Tail::BeyondHead);
        }
        let (log, opened) = place.open();
        assert_eq!((opened, u128::from(log.head().records)), (Opened::Recovered, before + 1));
        assert_eq!(place.verify().tail, Tail::Complete);
    }
}

#[test]
fn half_a_record_that_a_crash_left_is_cut_off() {
    for before in [0, 3] {
        let place = Place::with(before);
        durable_file::append(&place.path(CURRENT), b"{\"seq\":4,\"at").unwrap();
        let (mut log, opened) = place.open();
        assert_eq!((opened, u128::from(log.head().records)), (Opened::Recovered, before));
        add(&mut log);
        assert_eq!(place.verify().tail, Tail::Complete);
    }
}

#[test]
fn a_changed_audit_is_put_aside_and_the_chain_goes_on_from_its_head() {
    let more: fn(&Place) = |place| {
        let (mut log, _) = place.open();
        write(&mut log);
        write(&mut log);
    };
    let cut: fn(&Place) = |place| {
        let text = fs::read_to_string(place.path(CURRENT)).unwrap();
        let end = text.trim_end().rfind('\n').unwrap() + 1;
        fs::write(place.path(CURRENT), &text[..end]).unwrap();
    };
    let edit: fn(&Place) = |place| {
        let text = fs::read_to_string(place.path(CURRENT)).unwrap();
        fs::write(place.path(CURRENT), text.replacen("timed_out", "withdrawn", 1)).unwrap();
    };
    let gone: fn(&Place) = |place| fs::remove_file(place.path(CURRENT)).unwrap();
    for (what, tamper, aside) in
        [("more", more, true), ("cut", cut, true), ("edit", edit, true), ("gone", gone, false)]
    {
        let place = Place::with(3);
        tamper(&place);
        let (mut log, opened) = place.open();
        assert_eq!((opened, log.head().records), (Opened::Damaged, 3), "{what}");
        assert_eq!(place.path("audit.damaged-1.jsonl").exists(), aside, "{what}");
        add(&mut log);
        assert_eq!(log.head().records, 4);
        assert_eq!(place.open().1, Opened::Sound, "{what}");
        assert_eq!(place.verify().first_bad, Some(1), "{what}");
    }
}

#[test]
fn files_larger_than_any_of_ours_are_damage_and_the_chain_goes_on() {
    let large = vec![b'x'; usize::try_from(MAX_FILE).unwrap() + 1];
    for (name, has_head, records) in [(CURRENT, true, 3), (CURRENT, false, 0), (HEAD, true, 3)] {
        let place = Place::with(3);
        fs::write(place.path(name), &large).unwrap();
        if !has_head {
            fs::remove_file(place.path(HEAD)).unwrap();
        }
        let (mut log, opened) = place.open();
        assert_eq!((opened, log.head().records), (Opened::Damaged, records), "{name} {has_head}");
        assert_eq!(place.path("audit.damaged-1.jsonl").exists(), name == CURRENT);
        add(&mut log);
        assert_eq!(place.open().1, Opened::Sound, "{name} {has_head}");
    }
}

#[test]
fn a_head_that_is_missing_or_anothers_is_damage_and_the_chain_goes_on_from_the_file() {
    let missing: fn(&Place) = |place| fs::remove_file(place.path(HEAD)).unwrap();
    let anothers: fn(&Place) = |place| {
        let head = Head { records: 3, ..Head::START };
        fs::write(place.path(HEAD), head.sign(&SigningKey::generate().unwrap()).unwrap().to_json()).unwrap();
    };
    for tamper in [missing, anothers] {
        let place = Place::with(3);
        tamper(&place);
        let (mut log, opened) = place.open();
        assert_eq!((opened, log.head().records), (Opened::Damaged, 3));
        add(&mut log);
        let found = place.verify();
        assert_eq!((found.ok, found.records), (true, 4));
    }
    let place = Place::with(3);
    fs::remove_file(place.path(HEAD)).unwrap();
    fs::write(place.path(CURRENT), "nothing\n").unwrap();
    let (mut log, opened) = place.open();
    assert_eq!((opened, log.head().records), (Opened::Damaged, 0));
    add(&mut log);
    assert!(place.verify().ok);
}

#[test]
fn full_files_are_moved_aside_and_the_chain_goes_on_through_all_of_them() {
    let place = Place::new();
    let (mut log, _) = place.open();
    log.full = 500;
    (0..10).for_each(|_| add(&mut log));
    let files = files::files_after(place.folder.path(), 0).unwrap();
    assert!(files.len() > 3 && place.path("audit-0000000001.jsonl").exists());
    let found = place.verify();
    assert_eq!((found.ok, found.records, found.tail), (true, 10, Tail::Complete));
    for after in 0..10 {
        let batch = log.after(after).unwrap().unwrap();
        let numbers: Vec<u64> =
            batch.records.iter().map(|line| Record::parse(line.as_bytes()).unwrap().seq).collect();
        assert_eq!((batch.after, numbers), (after, (after + 1..=10).collect()));
    }
    assert_eq!(log.after(10).unwrap(), None);
}

#[test]
fn a_crash_right_after_a_file_was_moved_aside_loses_nothing() {
    let place = Place::with(3);
    fs::rename(place.path(CURRENT), place.path("audit-0000000001.jsonl")).unwrap();
    let (mut log, opened) = place.open();
    assert_eq!((opened, log.head().records), (Opened::Sound, 3));
    add(&mut log);
    assert_eq!(place.verify().tail, Tail::Complete);
    assert_eq!(place.open().1, Opened::Sound);
}

#[test]
fn no_more_is_sent_at_once_than_a_back_office_takes() {
    let place = Place::new();
    let (mut log, _) = place.open();
    for _ in 0..1_500 {
        write(&mut log);
    }
    log.sign().unwrap();
    let (mut acknowledged, mut batches) = (Head::START, 0);
    while let Some(batch) = log.after(acknowledged.records).unwrap() {
        assert!(batch.records.iter().map(String::len).sum::<usize>() <= MAX_BATCH);
        let signed = Head::open(batch.head.as_bytes(), &[place.key.public()]).unwrap();
        acknowledged = acknowledged.extend(&batch.records, &signed).unwrap();
        batches += 1;
    }
    assert_eq!((acknowledged, batches), (log.head(), 2));
}

#[test]
fn what_somebody_else_added_while_it_was_open_is_refused() {
    let place = Place::with(1);
    let (mut log, _) = place.open();
    durable_file::append(&place.path(CURRENT), b"{}\n").unwrap();
    let event = Event::Approved;
    assert!(matches!(log.write(event, DateTime::<Utc>::UNIX_EPOCH), Err(Error::Unreadable { .. })));
}

#[test]
fn another_key_signs_the_head_from_then_on_and_the_old_one_is_known() {
    let place = Place::with(2);
    let (mut log, _) = place.open();
    let key = SigningKey::generate().unwrap();
    log.change_key(key.clone()).unwrap();
    let head = || fs::read(place.path(HEAD)).unwrap();
    assert_eq!(Head::open(&head(), &[key.public()]).unwrap().records, 2);
    assert!(Head::open(&head(), &[place.key.public()]).is_err());

    // a kill came between the key and the head
    let newest = SigningKey::generate().unwrap();
    let (_, opened) = Log::open(place.folder.path(), newest.clone(), &[key.public()]).unwrap();
    assert_eq!(opened, Opened::Sound);
    assert_eq!(Head::open(&head(), &[newest.public()]).unwrap().records, 2);
}

#[test]
fn an_export_is_all_that_a_check_needs() {
    let place = Place::with(3);
    let mut exported = Vec::new();
    let head = export(place.folder.path(), &mut exported).unwrap();
    let file = place.path("exported");
    fs::write(&file, exported).unwrap();
    let head = Head::open(&head, &[place.key.public()]).unwrap();
    let mut verifier = Verifier::new(Some(head));
    verifier.file(&file).unwrap();
    assert!(verifier.finish().ok);
}
