use chrono::{DateTime, Utc};
use signed_envelope::SigningKey;

use super::*;
use crate::{FormatName, Trust};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn license(sequence: Option<u64>, issued_at: Option<&str>) -> License {
    License {
        serial_number: Some("PD-1".into()),
        sequence,
        issued_at: issued_at.map(at),
        ..License::new(FormatName::MANIFEST)
    }
}

/// Signs `text` and reads it as `license`: two texts make two digests.
fn offered(license: &License, text: &str) -> Verified<License> {
    let key = SigningKey::from_seed(&[7; 32]);
    let trust = Trust::new(key.public().into(), at("2026-11-24T09:00:00Z"));
    trust.open_signed(text.as_bytes(), &key.sign(text.as_bytes()), |_| Ok(license.clone())).unwrap()
}

fn in_force(offered: &Verified<License>) -> Accepted {
    Accepted {
        license: License::clone(offered),
        digest: offered.digest(),
        signed: true,
        delivered_at: at("2026-11-24T09:00:00Z"),
    }
}

fn mark(sequence: u64, text: &str) -> Mark {
    Mark { serial_number: "PD-1".into(), sequence, digest: Digest::of(text.as_bytes()) }
}

fn code(plan: &Plan) -> &'static str {
    match plan {
        Plan::Keep => "keep",
        Plan::Deliver => "deliver",
        Plan::Refuse { why } => why.code(),
    }
}

#[test]
fn sequences_are_held_against_the_mark() {
    let offer = offered(&license(Some(7), None), "a");
    for (mark, kept, expected) in [
        (None, false, "deliver"),
        (Some(mark(6, "x")), false, "deliver"),
        (Some(mark(7, "a")), true, "keep"),
        (Some(mark(7, "a")), false, "deliver"),
        (Some(mark(7, "x")), false, "equivocation"),
        (Some(mark(8, "x")), false, "lower_sequence"),
        (Some(Mark { serial_number: "PD-2".into(), ..mark(8, "x") }), false, "deliver"),
    ] {
        assert_eq!(code(&plan(None, &offer, mark.as_ref(), kept)), expected, "{mark:?} {kept}");
    }
}

#[test]
fn the_license_in_force_is_kept_whatever_the_mark_says() {
    let offer = offered(&license(Some(7), None), "a");
    let accepted = in_force(&offer);
    for mark in [None, Some(mark(7, "a")), Some(mark(7, "x")), Some(mark(9, "x"))] {
        assert_eq!(plan(Some(&accepted), &offer, mark.as_ref(), false), Plan::Keep, "{mark:?}");
    }
}

#[test]
fn without_a_sequence_an_older_issue_does_not_replace_a_newer_one() {
    let newer = in_force(&offered(&license(None, Some("2026-06-01T00:00:00Z")), "newer"));
    let unsigned = Accepted { signed: false, ..newer.clone() };
    let undated = in_force(&offered(&license(Some(1), None), "undated"));
    for (issued_at, accepted, expected) in [
        (Some("2026-06-01T00:00:00Z"), Some(&newer), "deliver"),
        (Some("2026-05-31T23:59:59Z"), Some(&newer), "issued_earlier"),
        (None, Some(&newer), "issued_earlier"),
        (Some("2020-01-01T00:00:00Z"), Some(&unsigned), "deliver"),
        (Some("2020-01-01T00:00:00Z"), Some(&undated), "deliver"),
        (None, None, "deliver"),
    ] {
        let offer = offered(&license(None, issued_at), "offer");
        assert_eq!(code(&plan(accepted, &offer, Some(&mark(9, "x")), false)), expected, "{issued_at:?}");
    }
}

#[test]
fn an_unsigned_license_replaces_a_signed_one_only_when_confirmed() {
    let signed = in_force(&offered(&license(Some(7), None), "a"));
    let unsigned = Accepted { signed: false, ..signed.clone() };
    let other = Digest::of(b"other");
    for (accepted, digest, confirmed, expected) in [
        (None, other, false, "deliver"),
        (Some(&unsigned), other, false, "deliver"),
        (Some(&signed), other, false, "replaces_signed"),
        (Some(&signed), other, true, "deliver"),
        (Some(&signed), signed.digest, false, "keep"),
    ] {
        assert_eq!(code(&plan_unsigned(accepted, digest, confirmed)), expected);
    }
}
