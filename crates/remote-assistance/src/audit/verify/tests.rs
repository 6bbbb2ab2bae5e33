use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::RequestId;
use crate::audit::{Event, Record};

/// An audit of so many records, as lines.
fn audit(records: u128) -> (Vec<Vec<u8>>, Head) {
    let mut head = Head::START;
    let lines = (1..=records).map(|number| {
        let event = Event::TimedOut { request_id: RequestId::from_bytes(number.to_be_bytes()) };
        let at = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::seconds(i64::try_from(number).unwrap());
        let (_, line) = Record::line(&head, event, at).unwrap();
        head = head.next(&line).unwrap();
        line
    });
    (lines.collect(), head)
}

fn verify(lines: &[Vec<u8>], head: Option<Head>) -> Verification {
    let mut verifier = Verifier::new(head);
    lines.iter().for_each(|line| verifier.line(line));
    verifier.finish()
}

#[test]
fn an_untouched_audit_is_complete_with_its_head_and_unknown_at_its_end_without() {
    for records in [0, 1, 7] {
        let (lines, head) = audit(records);
        let count = u64::try_from(records).unwrap();
        let complete = Verification { ok: true, records: count, first_bad: None, tail: Tail::Complete };
        assert_eq!(verify(&lines, Some(head)), complete);
        assert_eq!(verify(&lines, None), Verification { tail: Tail::Unknown, ..complete });
    }
}

#[test]
fn every_tampering_is_found_where_it_begins() {
    type Tamper = fn(&mut Vec<Vec<u8>>);
    let tampered: [(&str, Tamper, u64); 7] = [
        ("edit", |lines| lines[2] = edited(&lines[2]), 4),
        ("delete", |lines| drop(lines.remove(2)), 3),
        ("delete the first", |lines| drop(lines.remove(0)), 1),
        ("insert a copy", |lines| lines.insert(2, lines[1].clone()), 3),
        ("reorder", |lines| lines.swap(2, 3), 3),
        ("empty line", |lines| lines.insert(3, Vec::new()), 4),
        ("no record", |lines| lines[5] = b"{}".to_vec(), 6),
    ];
    for (what, tamper, first_bad) in tampered {
        let (mut lines, head) = audit(7);
        tamper(&mut lines);
        for head in [Some(head), None] {
            let found = verify(&lines, head);
            assert_eq!((found.ok, found.first_bad), (false, Some(first_bad)), "{what}");
            assert_eq!((found.records, found.tail), (first_bad - 1, Tail::Unknown), "{what}");
        }
    }
}

#[test]
fn what_only_the_head_can_tell_is_told_by_the_head() {
    let (mut lines, head) = audit(7);
    let last = lines.pop().unwrap();
    let cut = verify(&lines, Some(head));
    assert_eq!((cut.ok, cut.records, cut.first_bad, cut.tail), (false, 6, None, Tail::Cut));
    lines.push(edited(&last));
    let edited = verify(&lines, Some(head));
    assert_eq!((edited.ok, edited.first_bad), (false, Some(7)));

    let (lines, _) = audit(8);
    let added = verify(&lines, Some(head));
    assert_eq!((added.ok, added.records, added.first_bad, added.tail), (false, 8, None, Tail::BeyondHead));
}

#[test]
fn an_audit_that_was_made_anew_from_the_middle_on_does_not_meet_the_head() {
    let (mut lines, head) = audit(7);
    lines[2] = edited(&lines[2]);
    let mut reached = Head::START;
    for line in &mut lines {
        let record = Record { seq: reached.records + 1, prev: reached.hash, ..Record::parse(line).unwrap() };
        *line = serde_json::to_vec(&record).unwrap();
        reached = reached.next(line).unwrap();
    }
    assert!(verify(&lines, None).ok);
    let found = verify(&lines, Some(head));
    assert_eq!((found.ok, found.first_bad), (false, Some(7)));
}

#[test]
fn a_record_that_skips_a_number_does_not_continue_the_chain() {
    let (mut lines, head) = audit(3);
    let skipped = Head { records: 4, ..head };
    let event = Record::parse(&lines[2]).unwrap().event;
    lines.push(Record::line(&skipped, event, DateTime::<Utc>::UNIX_EPOCH).unwrap().1);
    let found = verify(&lines, None);
    assert_eq!((found.ok, found.first_bad), (false, Some(4)));
}

#[test]
fn the_back_office_takes_only_what_continues_what_it_has() {
    let (lines, head) = audit(7);
    let half = Head::START.extend(&lines[..3], &head).unwrap();
    assert_eq!(half.records, 3);
    assert_eq!(half.extend(&lines[3..], &head), Some(head));
    assert_eq!(half.extend(&lines[4..], &head), None);
    assert_eq!(half.extend(&lines[2..], &head), None);
    assert_eq!(head.extend(&lines[..0], &half), None);
    let (longer, longer_head) = audit(9);
    assert_eq!(half.extend(&longer[3..], &head), None);
    assert_eq!(head.extend(&longer[7..], &longer_head), Some(longer_head));
}

fn verify_files(files: &[&Path], head: Head) -> io::Result<Verification> {
    let mut verifier = Verifier::new(Some(head));
    files.iter().try_for_each(|file| verifier.file(file))?;
    Ok(verifier.finish())
}

#[test]
fn files_are_read_in_order_and_half_a_line_or_an_endless_one_is_no_record() {
    let folder = tempfile::tempdir().unwrap();
    let (lines, head) = audit(4);
    let [first, second] = ["one", "two"].map(|name| folder.path().join(name));
    let text =
        |lines: &[Vec<u8>]| lines.iter().flat_map(|line| [&line[..], b"\n"].concat()).collect::<Vec<u8>>();
    std::fs::write(&first, text(&lines[..2])).unwrap();
    std::fs::write(&second, text(&lines[2..])).unwrap();
    let complete = verify_files(&[&first, &second], head).unwrap();
    assert_eq!((complete.ok, complete.records), (true, 4));
    assert_eq!(verify_files(&[&second, &first], head).unwrap().first_bad, Some(1));
    assert!(verify_files(&[&first, &folder.path().join("none")], head).is_err());

    let whole = text(&lines[2..]);
    std::fs::write(&second, &whole[..whole.len() - 1]).unwrap();
    assert_eq!(verify_files(&[&first, &second], head).unwrap().first_bad, Some(4));
    std::fs::write(&second, vec![b' '; 10 * MAX_LINE]).unwrap();
    assert_eq!(verify_files(&[&first, &second], head).unwrap().first_bad, Some(3));
}

/// Another request in the record, well-formed.
fn edited(line: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(line.to_vec()).unwrap();
    text.replacen("\"request_id\":\"00", "\"request_id\":\"ff", 1).into_bytes()
}

proptest! {
    #[test]
    fn no_single_changed_byte_goes_unnoticed(record in 0..5_usize, place in 0..1_000_usize, other: u8) {
        let (mut lines, head) = audit(5);
        let place = place % lines[record].len();
        prop_assume!(lines[record][place] != other);
        lines[record][place] = other;
        let text = lines.join(&b'\n');
        let split: Vec<Vec<u8>> = text.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
        prop_assert!(!verify(&split, Some(head)).ok);
    }
}
