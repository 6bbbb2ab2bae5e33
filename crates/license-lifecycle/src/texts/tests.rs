use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use signed_envelope::{Digest, SigningKey};

use super::*;
use crate::{
    ChangeKind, ClockSetBack, Count, EntitlementReason, Expiry, FeatureChange, FileName, Moved, Total,
    server::ServerErrorKind,
};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn now() -> DateTime<Utc> {
    "2026-11-24T09:00:00Z".parse().unwrap()
}

fn on(text: &str) -> Expiry {
    Expiry::On(date(text))
}

fn all_changes() -> Changes {
    let feature = |name: &str, kind| FeatureChange { name: name.into(), vendor: None, kind };
    let total = |count| Total { count, version: None, expires: vec![Expiry::Never] };
    let features = vec![
        feature("ADD", ChangeKind::Added(total(Count::Of(1)))),
        feature("ANY", ChangeKind::Added(total(Count::Uncounted))),
        feature("REMOVED", ChangeKind::Removed(total(Count::Of(2)))),
        feature("COUNT", ChangeKind::Count(Moved { from: Count::Of(1), to: Count::Of(5) })),
        feature("VERSION", ChangeKind::Version(Moved { from: None, to: Some("2.0".into()) })),
        feature(
            "DATE",
            ChangeKind::Expiry(Moved { from: vec![on("2027-01-01"); 2], to: vec![Expiry::Unknown] }),
        ),
    ];
    Changes {
        features,
        expires: Some(Moved { from: on("2027-03-31"), to: Expiry::Never }),
        maintenance_until: Some(Moved { from: None, to: Some(on("2027-03-31")) }),
        serial_number: Some(Moved { from: None, to: Some("PD-1".into()) }),
    }
}

fn all_notices() -> Vec<Notice> {
    let (on, digest, at) = (date("2027-03-31"), Digest::of(b""), now());
    let file = FileName::new("pd.lic").unwrap();
    let soon = Expiry::On(on);
    vec![
        Notice::LicenseExpiresSoon { on, days: 0 },
        Notice::LicenseExpired { on },
        Notice::MaintenanceExpiresSoon { on, days: 1 },
        Notice::MaintenanceExpired { on },
        Notice::FeatureExpiresSoon { feature: "TRIAL".into(), count: Count::Of(2), on, days: 2 },
        Notice::LicenseAnnounced { digest, at, changes: Box::new(all_changes()) },
        Notice::MaintenanceExtended { at, from: None, to: Some(soon) },
        Notice::LicenseExtended { at, from: soon, to: Expiry::Never },
        Notice::LicenseNotUpdated {
            digest,
            file,
            server: "//fls/Dropped".into(),
            kind: ServerErrorKind::DiskFull,
        },
        Notice::LicenseNotPickedUp { file: None, waiting: TimeDelta::minutes(1) },
        Notice::ClockSetBack(ClockSetBack { clock: at, known_time: at }),
        Notice::ManifestDisagrees,
        Notice::LicenseUnsigned,
    ]
}

fn all_refusals() -> Vec<Refusal> {
    let (text, digest, at) = (|| "X".to_owned(), Digest::of(b""), now());
    vec![
        Refusal::Malformed { part: "envelope", detail: text() },
        Refusal::TooLarge { part: "envelope", limit: 1 },
        Refusal::WrongType { found: text() },
        Refusal::SignatureUntrusted { needed: 1, found: 0 },
        Refusal::KeyExpired { key: SigningKey::from_seed(&[7; 32]).public().id(), not_after: at },
        Refusal::UnsupportedVersion { found: 2 },
        Refusal::FileMismatch { expected: digest, found: digest },
        Refusal::WrongProduct { found: Some(text()) },
        Refusal::WrongSerialNumber { found: None },
        Refusal::LowerSequence { offered: 1, mark: 2 },
        Refusal::Equivocation { sequence: 1 },
        Refusal::IssuedEarlier { offered: None, in_force: at },
        Refusal::ReplacesSigned,
        Refusal::ResetDoesNotApply { from: 1, mark: None },
        Refusal::UnsupportedAlgorithm { found: text() },
        Refusal::SecretNeeded,
        Refusal::WrongSecret,
        Refusal::WrongFingerprint { found: text() },
        Refusal::FileExpired { expired: at },
        Refusal::IssuedInTheFuture { issued_at: at },
    ]
}

/// The names of the messages in a source.
fn names(source: &str) -> BTreeSet<String> {
    let message = |line: &str| line.split_once(" =").map(|(name, _)| name.to_owned());
    source
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(message)
        .collect()
}

#[test]
fn every_language_has_the_same_messages_in_fluent_syntax() {
    for (language, source) in LANGUAGES.iter().zip(SOURCES) {
        assert!(FluentResource::try_new(source.into()).is_ok(), "{language}");
        assert_eq!(names(source), names(SOURCES[0]), "{language}");
    }
}

#[test]
fn every_code_has_a_sentence_in_every_language_and_no_message_is_idle() {
    let entitlement = |reason| Entitlement { reason, last_covered: Some(date("2027-11-30")) };
    let notices = all_notices();
    let mut used: BTreeSet<String> =
        notices.iter().map(|notice| format!("notice-{}", notice.code())).collect();
    used.extend(all_refusals().iter().map(|refusal| format!("refusal-{}", refusal.code())));
    used.extend(EntitlementReason::ALL.map(|reason| format!("entitlement-{}", reason.code())));
    used.extend(all_changes().features.iter().map(|change| format!("change-{}", change.kind.code())));
    for name in names(SOURCES[0]).iter().filter(|name| name.contains(['_', '-'])) {
        let by_name = ["server-", "change-", "days-left"].iter().any(|known| name.starts_with(known));
        assert!(by_name || used.contains(name), "{name} belongs to no code");
    }
    for language in LANGUAGES {
        let texts = Texts::new(language);
        let mut sentences: Vec<String> = notices.iter().map(|notice| texts.notice(notice)).collect();
        sentences.extend(all_refusals().iter().map(|refusal| texts.refusal(refusal)));
        sentences.extend(EntitlementReason::ALL.map(|reason| texts.entitlement(&entitlement(reason))));
        sentences.extend(texts.changes(&all_changes()));
        for sentence in &sentences {
            let complete = !sentence.contains(['{', '}', '$']) && !used.contains(sentence);
            assert!(complete && sentence.chars().count() > 8, "{language}: {sentence}");
        }
        let distinct: BTreeSet<&String> = sentences.iter().collect();
        assert_eq!(distinct.len(), sentences.len(), "{language}: two codes with one sentence");
    }
}

#[test]
fn dates_stand_in_the_order_of_the_language() {
    for (language, last, first) in [
        ("en", "31 March 2027", "1 August 2027"),
        ("nl", "31 maart 2027", "1 augustus 2027"),
        ("de", "31. März 2027", "1. August 2027"),
        ("fr", "31 mars 2027", "1er août 2027"),
        ("ja", "2027年3月31日", "2027年8月1日"),
    ] {
        let texts = Texts::new(language);
        assert_eq!(
            (texts.date(date("2027-03-31")), texts.date(date("2027-08-01"))),
            (last.into(), first.into())
        );
        let months: BTreeSet<String> =
            (1..=12).map(|month| texts.date(NaiveDate::from_ymd_opt(2027, month, 5).unwrap())).collect();
        assert_eq!(months.len(), 12, "{language}");
    }
}

#[test]
fn plurals_follow_the_language() {
    for (language, none, one, two) in [
        ("en", "0 seats", "1 seat", "2 seats"),
        ("nl", "0 gebruikers", "1 gebruiker", "2 gebruikers"),
        ("de", "0 Plätze", "1 Platz", "2 Plätze"),
        ("fr", "0 poste", "1 poste", "2 postes"),
        ("ja", "0ユーザー", "1ユーザー", "2ユーザー"),
    ] {
        let texts = Texts::new(language);
        assert_eq!([0, 1, 2].map(|seats| texts.seats(Count::Of(seats))), [none, one, two]);
    }
    assert_eq!(Texts::new("en").seats(Count::Of(12_345)), "12345 seats");
}

#[test]
fn the_last_day_is_called_so() {
    let on = date("2027-03-31");
    let say = |language, days| Texts::new(language).notice(&Notice::LicenseExpiresSoon { on, days });
    for (language, days, sentence) in [
        ("en", 0, "The license expires after 31 March 2027 (today is the last day)."),
        ("en", 1, "The license expires after 31 March 2027 (1 day left)."),
        ("de", 2, "Die Lizenz läuft nach dem 31. März 2027 ab (noch 2 Tage)."),
        ("nl", 1, "De licentie verloopt na 31 maart 2027 (nog 1 dag)."),
        ("fr", 0, "La licence expire après le 31 mars 2027 (dernier jour aujourd’hui)."),
        ("ja", 1, "ライセンスは2027年3月31日に期限が切れます（残り1日）。"),
    ] {
        assert_eq!(say(language, days), sentence);
    }
}

#[test]
fn an_announcement_says_what_changed() {
    let english = Texts::new("en");
    assert_eq!(
        english.changes(&all_changes()),
        [
            "New: ADD, 1 seat",
            "New: ANY, any number of seats",
            "No longer included: REMOVED",
            "COUNT: 1 seat → 5 seats",
            "VERSION: version none → 2.0",
            "DATE: last day 1 January 2027 → an unreadable date",
            "End of the license: 31 March 2027 → no end",
            "End of maintenance: none → 31 March 2027",
            "Serial number: none → PD-1",
        ]
    );
    let changes = Changes { features: all_changes().features.split_off(3), ..Changes::default() };
    let notice = Notice::LicenseAnnounced { digest: Digest::of(b""), at: now(), changes: Box::new(changes) };
    assert!(english.notice(&notice).starts_with("A new license is in use. COUNT: 1 seat → 5 seats; VERSION"));
}

#[test]
fn every_server_error_has_words_for_what_to_do() {
    use ServerErrorKind as Kind;
    let kinds = [
        Kind::BadName,
        Kind::AccessDenied,
        Kind::BadCredentials,
        Kind::AccountLocked,
        Kind::ShareNotFound,
        Kind::PathNotFound,
        Kind::HostUnreachable,
        Kind::Timeout,
        Kind::DiskFull,
        Kind::InUse,
        Kind::VerifyMismatch,
        Kind::Security,
        Kind::ByHand,
        Kind::Storage,
    ];
    let known: BTreeSet<String> = kinds.iter().map(|kind| format!("server-{}", kind.code())).collect();
    let written = names(SOURCES[0]).into_iter().filter(|name| name.starts_with("server-")).collect();
    assert_eq!(known, written);
}

#[test]
fn the_first_part_of_a_language_tag_decides_and_english_serves_the_rest() {
    for (tag, language) in [
        ("de-AT", "de"),
        ("fr_CH", "fr"),
        ("JA", "ja"),
        ("nl-Latn-BE", "nl"),
        ("es", "en"),
        ("", "en"),
        ("!", "en"),
    ] {
        assert_eq!(Texts::new(tag).language(), language, "{tag}");
    }
}

#[test]
fn a_product_may_bring_words_of_its_own() {
    let own = "notice-license_unsigned = Bitte rufen Sie uns an.\nnotice-manifest_disagrees = { $missing }";
    let texts = Texts::new("de").with_bundle(own).unwrap();
    assert_eq!(texts.notice(&Notice::LicenseUnsigned), "Bitte rufen Sie uns an.");
    let broken = texts.notice(&Notice::ManifestDisagrees);
    assert!(broken.starts_with("Die Lizenz und"), "a message that cannot be said falls back: {broken}");
    assert!(texts.refusal(&Refusal::SecretNeeded).starts_with("Die Lizenz"));
    assert!(matches!(Texts::new("de").with_bundle("= nothing"), Err(Error::BadTexts { .. })));
}

#[test]
fn texts_can_be_shared_by_all_pages() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&Texts::new("en"));
}
