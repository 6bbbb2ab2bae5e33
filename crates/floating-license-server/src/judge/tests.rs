use license_lifecycle::{
    FileBinding,
    manifest::{Manifest, Reset},
};
use signed_envelope::SigningKey;

use super::*;

const NOW: i64 = 1_800_000_000;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn trusted() -> Acceptance {
    Acceptance::Signed(key(1).public().into())
}

const SEATS: &[u8] = b"FEATURE F vendor 1.0 1-jan-2030 5 SIGN=0\n";

/// The envelope of issue `sequence` for serial number `serial`, of a file with these bytes.
fn envelope(serial: &str, sequence: u64, file: &[u8], seed: u8) -> Vec<u8> {
    let name = FileName::new("vendor.lic").unwrap();
    let manifest = Manifest {
        version: 1,
        product: "Product".to_owned(),
        serial_number: serial.to_owned(),
        sequence,
        issued_at: at(NOW - 3600),
        expires: None,
        maintenance_until: None,
        features: Vec::new(),
        file: FileBinding::of(name, "other", file),
    };
    manifest::issue(&manifest, file, &[&key(seed)]).unwrap().to_json()
}

/// A file of the inbox that was last changed `age` seconds ago.
fn item(name: &str, bytes: &[u8], age: i64) -> Item {
    let content = match name.ends_with(".dsse") {
        true => Content::Envelope(bytes.to_vec()),
        false => Content::File { bytes: bytes.to_vec(), sha256: Digest::of(bytes) },
    };
    let changed_at = at(NOW - age);
    Item { name: name.to_owned(), changed_at, unchanged_since: changed_at, content }
}

/// What is in use after issue `sequence` of this file was taken.
fn active(serial: &str, sequence: u64, file: &[u8]) -> Active {
    let items = [item("a.lic", file, 0), item("a.lic.dsse", &envelope(serial, sequence, file, 1), 0)];
    match judge(&items, &[], &trusted(), at(NOW)).pop() {
        Some(Decision::Activate { active, .. }) => *active,
        other => panic!("{other:?}"),
    }
}

/// The decisions in short.
fn said(items: &[Item], active: &[Active], acceptance: &Acceptance) -> Vec<String> {
    let short = |decision| match decision {
        Decision::Activate { active, names, .. } => {
            format!("activate {} of {}", active.license.sequence.unwrap_or_default(), names.join("+"))
        }
        Decision::Lower { mark, names, .. } => format!("lower to {} of {}", mark.sequence, names.join("+")),
        Decision::AlreadyActive { names } => format!("already {}", names.join("+")),
        Decision::Reject { names, reason } => {
            format!("reject {}: {}", names.join("+"), reason.split(':').next().unwrap())
        }
        Decision::Wait { until } => format!("wait {}", until.timestamp() - NOW),
    };
    judge(items, active, acceptance, at(NOW)).into_iter().map(short).collect()
}

#[test]
fn what_lies_in_the_inbox_decides() {
    let new = envelope("S1", 7, SEATS, 1);
    let forged = envelope("S1", 7, SEATS, 9);
    let other_file = envelope("S1", 7, b"another file", 1);
    let pair = |envelope: &[u8]| vec![item("a.lic", SEATS, 0), item("a.lic.dsse", envelope, 0)];
    let large = Item { content: Content::TooLarge { limit: 1 }, ..item("a.lic", b"", 0) };
    for (what, items, expected) in [
        ("nothing", vec![], vec![]),
        ("a pair", pair(&new), vec!["activate 7 of a.lic+a.lic.dsse"]),
        (
            "under other names",
            vec![item("x.dsse", &new, 0), item("y", SEATS, 0)],
            vec!["activate 7 of y+x.dsse"],
        ),
        ("a forged pair", pair(&forged), vec!["reject a.lic+a.lic.dsse: signature_untrusted"]),
        ("another's envelope", pair(&other_file), vec!["wait 10", "wait 10"]),
        ("a file alone", vec![item("a.lic", SEATS, 9)], vec!["wait 1"]),
        ("a file too long alone", vec![item("a.lic", SEATS, 10)], vec!["reject a.lic: no_envelope"]),
        ("an envelope alone", vec![item("a.dsse", &new, 9)], vec!["wait 1"]),
        ("an envelope too long alone", vec![item("a.dsse", &new, 10)], vec!["reject a.dsse: no_file"]),
        (
            "half an envelope",
            vec![item("a.dsse", &new[..50], 0), item("a", SEATS, 0)],
            vec!["wait 10", "wait 10"],
        ),
        ("a huge file", vec![large], vec!["reject a.lic: too_large"]),
    ] {
        assert_eq!(said(&items, &[], &trusted()), expected, "{what}");
    }
}

#[test]
fn a_genuine_envelope_counts_beside_a_forged_one() {
    let items = [
        item("a.lic", SEATS, 0),
        item("a.lic.dsse", &envelope("S1", 7, SEATS, 9), 0),
        item("b.dsse", &envelope("S1", 7, SEATS, 1), 0),
    ];
    assert_eq!(said(&items, &[], &trusted()), ["activate 7 of a.lic+a.lic.dsse+b.dsse"]);
}

#[test]
fn the_higher_sequence_wins_for_each_serial_number() {
    let in_use = active("S1", 7, SEATS);
    for (serial, sequence, file, expected) in [
        ("S1", 8, &b"renewed"[..], "activate 8 of a+a.dsse"),
        ("S1", 8, SEATS, "activate 8 of a+a.dsse"),
        ("S1", 7, SEATS, "already a+a.dsse"),
        ("S1", 7, b"other", "reject a+a.dsse: equivocation"),
        ("S1", 6, b"older", "reject a+a.dsse: lower_sequence"),
        ("S2", 1, b"of another", "activate 1 of a+a.dsse"),
    ] {
        let items = [item("a", file, 0), item("a.dsse", &envelope(serial, sequence, file, 1), 0)];
        assert_eq!(
            said(&items, std::slice::from_ref(&in_use), &trusted()),
            [expected],
            "{serial} {sequence}"
        );
    }
}

#[test]
fn of_two_that_were_dropped_the_higher_sequence_stays_in_use() {
    let pair = |name: &str, sequence, file: &[u8]| {
        [item(name, file, 0), item(&format!("{name}.dsse"), &envelope("S1", sequence, file, 1), 0)]
    };
    let in_use = [active("S1", 7, SEATS)];
    for (first, second, expected) in [
        (9, 8, ["activate 9 of a+a.dsse", "reject b+b.dsse: lower_sequence"]),
        (8, 9, ["activate 8 of a+a.dsse", "activate 9 of b+b.dsse"]),
    ] {
        let items = [pair("a", first, b"first"), pair("b", second, b"second")].concat();
        assert_eq!(said(&items, &in_use, &trusted()), expected);
        assert_eq!(said(&items, &[], &trusted()), expected);
    }
}

#[test]
fn what_a_kill_left_of_a_pair_in_use_goes_without_a_rejection() {
    let in_use = [active("S1", 7, SEATS)];
    let left = envelope("S1", 7, SEATS, 1);
    for (item, expected) in [
        (item("a.dsse", &left, 0), "already a.dsse"),
        (item("a.lic", SEATS, 9), "wait 1"),
        (item("a.lic", SEATS, 10), "already a.lic"),
        (item("a.dsse", &envelope("S1", 8, SEATS, 1), 10), "reject a.dsse: no_file"),
    ] {
        assert_eq!(said(&[item], &in_use, &trusted()), [expected]);
    }
}

#[test]
fn bare_files_are_taken_where_that_is_allowed() {
    for (unchanged, expected) in [(0, "wait 2"), (1, "wait 1"), (2, "activate 0 of a.lic")] {
        let items = [item("a.lic", SEATS, unchanged)];
        assert_eq!(said(&items, &[], &Acceptance::Unsigned), [expected], "{unchanged}");
    }
    let garbage = [item("a.lic", b"\xff\xfe garbage", 2)];
    assert_eq!(said(&garbage, &[], &Acceptance::Unsigned), ["reject a.lic: malformed"]);
}

/// The envelope of a reset for serial number `serial`.
fn reset(serial: &str, from_sequence: u64, to_sequence: u64, seed: u8) -> Vec<u8> {
    let reset = Reset {
        version: 1,
        product: "Product".to_owned(),
        serial_number: serial.to_owned(),
        from_sequence,
        to_sequence,
        known_time: at(NOW - 3600),
        issued_at: at(NOW - 60),
    };
    manifest::issue_reset(&reset, &[&key(seed)]).unwrap().to_json()
}

#[test]
fn a_reset_lets_the_corrected_license_pass_and_nothing_else() {
    let in_use = [active("S1", 7000, SEATS)];
    let with = |reset: &[u8], sequence| {
        let file = b"corrected";
        vec![
            item("a", file, 0),
            item("a.dsse", &envelope("S1", sequence, file, 1), 0),
            item("a.reset.dsse", reset, 0),
        ]
    };
    for (what, reset, sequence, expected) in [
        ("it fits", reset("S1", 7000, 7, 1), 8, ["lower to 7 of a.reset.dsse", "activate 8 of a+a.dsse"]),
        (
            "the reset's own sequence is taken",
            reset("S1", 7000, 7, 1),
            7,
            ["lower to 7 of a.reset.dsse", "reject a+a.dsse: equivocation"],
        ),
        (
            "below it",
            reset("S1", 7000, 7, 1),
            6,
            ["lower to 7 of a.reset.dsse", "reject a+a.dsse: lower_sequence"],
        ),
        (
            "for another sequence",
            reset("S1", 6999, 7, 1),
            8,
            ["already a.reset.dsse", "reject a+a.dsse: lower_sequence"],
        ),
        (
            "for another license",
            reset("S2", 7000, 7, 1),
            8,
            ["already a.reset.dsse", "reject a+a.dsse: lower_sequence"],
        ),
        (
            "forged",
            reset("S1", 7000, 7, 9),
            8,
            ["reject a.reset.dsse: signature_untrusted", "reject a+a.dsse: lower_sequence"],
        ),
    ] {
        assert_eq!(said(&with(&reset, sequence), &in_use, &trusted()), expected, "{what}");
    }
}

#[test]
fn a_reset_applies_once() {
    let lower = [item("a.reset.dsse", &reset("S1", 7000, 7, 1), 0)];
    let mut in_use = active("S1", 7000, SEATS);
    let Some(Decision::Lower { digest, mark, .. }) =
        judge(&lower, std::slice::from_ref(&in_use), &trusted(), at(NOW)).pop()
    else {
        panic!("it does not fit")
    };
    assert_eq!(digest, in_use.digest);
    in_use.mark = Some(mark);
    assert_eq!(said(&lower, &[in_use], &trusted()), ["already a.reset.dsse"]);
    assert_eq!(said(&lower, &[], &trusted()), ["already a.reset.dsse"], "nothing is in use yet");
    assert_eq!(said(&lower, &[], &Acceptance::Unsigned), ["already a.reset.dsse"], "no sequences there");
}

#[test]
fn features_get_the_vendors_of_the_file() {
    let file = b"FEATURE F acmed 1.0 permanent 5 SIGN=0
FEATURE G otherd 1.0 permanent 5 SIGN=0
";
    let mut license = License::new(license_lifecycle::FormatName::MANIFEST);
    for name in ["F", "G", "H"] {
        let read = flexnet::read(file).unwrap().license(&flexnet::Rules::default(), at(NOW).date_naive());
        license.features.push(license_lifecycle::Feature {
            name: name.to_owned(),
            vendor: None,
            ..read.features[0].clone()
        });
    }
    let named = with_vendors(license, file, at(NOW)).features;
    let vendors: Vec<_> = named.iter().map(|feature| feature.vendor.as_deref()).collect();
    assert_eq!(vendors, [Some("acmed"), Some("otherd"), None]);
}
