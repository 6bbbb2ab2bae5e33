use chrono::{DateTime, Utc};
use signed_envelope::Digest;

use super::*;
use crate::{
    ChangeKind, Changes, ClockSetBack, Count, Error, Expiry, Feature, FeatureChange, FileBinding, FileName,
    FormatName, Moved, Outbox, Warning,
    offer::samples,
    server::{ServerError, ServerErrorKind},
};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn on(text: &str) -> Expiry {
    Expiry::On(date(text))
}

fn license(expires: Expiry, maintenance_until: Option<Expiry>) -> License {
    License { expires, maintenance_until, ..License::new(FormatName::MANIFEST) }
}

fn feature(name: &str, expires: Expiry) -> Feature {
    Feature { name: name.into(), vendor: None, version: None, count: Count::Of(5), expires, starts: None }
}

fn codes(input: &NoticeInput<'_>) -> Vec<&'static str> {
    notices(input).iter().map(Notice::code).collect()
}

fn seen(license: &License, today: &str) -> Vec<&'static str> {
    codes(&NoticeInput::new(Some(license), date(today)))
}

#[test]
fn ends_are_announced_within_the_window_and_told_after_the_last_day() {
    let both = license(on("2027-12-31"), Some(on("2027-03-31")));
    for (today, expected) in [
        ("2027-02-27", vec![]),
        ("2027-02-28", vec!["maintenance_expires_soon"]),
        ("2027-03-31", vec!["maintenance_expires_soon"]),
        ("2027-04-01", vec!["maintenance_expired"]),
        ("2027-11-29", vec!["maintenance_expired"]),
        ("2027-11-30", vec!["license_expires_soon", "maintenance_expired"]),
        ("2027-12-31", vec!["license_expires_soon", "maintenance_expired"]),
        ("2028-01-01", vec!["license_expired", "maintenance_expired"]),
    ] {
        assert_eq!(seen(&both, today), expected, "{today}");
    }
    let unlimited = license(Expiry::Never, None);
    let unreadable = license(Expiry::Unknown, Some(Expiry::Unknown));
    for today in ["1970-01-01", "2200-12-31"] {
        assert_eq!((seen(&unlimited, today), seen(&unreadable, today)), (vec![], vec![]));
    }
    assert_eq!(codes(&NoticeInput::new(None, date("2027-01-01"))), Vec::<&str>::new());
}

#[test]
fn the_window_of_notices_is_a_setting() {
    let license = license(on("2027-12-31"), None);
    let at = |today, months| {
        codes(&NoticeInput { window: Months::new(months), ..NoticeInput::new(Some(&license), date(today)) })
    };
    assert_eq!((at("2027-09-29", 3), at("2027-09-30", 3)), (vec![], vec!["license_expires_soon"]));
    assert_eq!((at("2027-12-30", 0), at("2027-12-31", 0)), (vec![], vec!["license_expires_soon"]));
}

#[test]
fn a_feature_is_named_only_when_its_date_is_not_said_already() {
    let license = License {
        maintenance_feature: Some("MAINTENANCE".into()),
        features: vec![
            feature("BASE", on("2027-12-31")),
            feature("TRIAL", on("2027-01-15")),
            feature("OVER", on("2026-12-31")),
            feature("MAINTENANCE", on("2027-01-15")),
            feature("FOREVER", Expiry::Never),
            feature("ODD", Expiry::Unknown),
        ],
        ..license(on("2027-12-31"), Some(on("2027-01-15")))
    };
    let found = notices(&NoticeInput::new(Some(&license), date("2027-01-10")));
    let trial = Notice::FeatureExpiresSoon {
        feature: "TRIAL".into(),
        count: Count::Of(5),
        on: date("2027-01-15"),
        days: 5,
    };
    assert_eq!(found, [Notice::MaintenanceExpiresSoon { on: date("2027-01-15"), days: 5 }, trial]);
}

fn announcement(changes: Changes) -> Announcement {
    Announcement { digest: Digest::of(b"new"), since: at("2026-11-24T09:00:00Z"), changes }
}

fn maintenance(from: Option<Expiry>, to: Option<Expiry>) -> Changes {
    Changes { maintenance_until: Some(Moved { from, to }), ..Changes::default() }
}

#[test]
fn a_new_license_is_announced_as_what_it_brings() {
    let seats = FeatureChange {
        name: "A".into(),
        vendor: None,
        kind: ChangeKind::Count(Moved { from: Count::Of(5), to: Count::Of(4) }),
    };
    let longer = Some(Moved { from: on("2027-01-01"), to: on("2028-01-01") });
    let extended = maintenance(Some(on("2027-01-01")), Some(on("2028-01-01")));
    for (changes, expected) in [
        (Changes { features: vec![seats], ..extended.clone() }, vec!["license_announced"]),
        (Changes { expires: longer.clone(), ..extended.clone() }, vec!["maintenance_extended"]),
        (maintenance(None, Some(Expiry::Never)), vec!["maintenance_extended"]),
        (Changes { expires: longer.clone(), ..Changes::default() }, vec!["license_extended"]),
        (Changes { expires: longer, ..maintenance(Some(on("2027-01-01")), None) }, vec!["license_extended"]),
        (maintenance(Some(on("2028-01-01")), Some(on("2027-01-01"))), vec![]),
        (
            Changes { serial_number: Some(Moved { from: None, to: Some("S".into()) }), ..Changes::default() },
            vec![],
        ),
        (Changes::default(), vec![]),
    ] {
        let announcements = [announcement(changes)];
        let input =
            NoticeInput { announcements: &announcements, ..NoticeInput::new(None, date("2027-01-01")) };
        assert_eq!(codes(&input), expected, "{announcements:?}");
    }
}

#[test]
fn a_license_that_nobody_uses_is_told_after_a_minute() {
    let file = FileBinding::of(FileName::new("pd.lic").unwrap(), "flexnet", b"");
    let license = License { file: Some(file), ..license(Expiry::Never, None) };
    let after = |seconds| {
        let waiting = Some(TimeDelta::seconds(seconds));
        notices(&NoticeInput { waiting, ..NoticeInput::new(Some(&license), date("2027-01-01")) })
    };
    assert_eq!(after(59), []);
    let file = Some(FileName::new("pd.lic").unwrap());
    assert_eq!(after(60), [Notice::LicenseNotPickedUp { file, waiting: TimeDelta::seconds(60) }]);
}

#[test]
fn clock_disagreement_and_missing_signature_are_told_while_they_last() {
    let mut odd = license(Expiry::Never, None);
    odd.warnings.push(Warning::new(None, manifest::DISAGREES, "seats differ"));
    let back = ClockSetBack { clock: at("2020-01-01T00:00:00Z"), known_time: at("2026-11-24T09:00:00Z") };
    let input =
        NoticeInput { unsigned: true, clock: Some(back), ..NoticeInput::new(Some(&odd), date("2027-01-01")) };
    assert_eq!(codes(&input), ["clock_set_back", "manifest_disagrees", "license_unsigned"]);
    let accepted = |signed| Accepted {
        license: license(Expiry::Never, None),
        digest: Digest::of(b""),
        signed,
        delivered_at: at("2026-11-24T09:00:00Z"),
    };
    let told = |accepted| codes(&NoticeInput::in_force(Some(&accepted), date("2027-01-01")));
    assert_eq!((told(accepted(true)), told(accepted(false))), (vec![], vec!["license_unsigned"]));
}

#[test]
fn each_notice_has_the_places_of_the_design() {
    use Place::{About, Login, Page, Settings};
    let soon = (date("2027-01-01"), 0);
    let file = FileName::new("pd.lic").unwrap();
    let (digest, now) = (Digest::of(b""), at("2026-11-24T09:00:00Z"));
    let all = [
        (Notice::LicenseExpiresSoon { on: soon.0, days: soon.1 }, vec![Page]),
        (Notice::LicenseExpired { on: soon.0 }, vec![Page, Login]),
        (Notice::MaintenanceExpiresSoon { on: soon.0, days: soon.1 }, vec![Page]),
        (Notice::MaintenanceExpired { on: soon.0 }, vec![About]),
        (Notice::LicenseAnnounced { digest, at: now, changes: Box::default() }, vec![Page]),
        (Notice::MaintenanceExtended { at: now, from: None, to: None }, vec![About]),
        (Notice::LicenseNotPickedUp { file: Some(file), waiting: PICK_UP_TIME }, vec![Page, Settings]),
        (Notice::ClockSetBack(ClockSetBack { clock: now, known_time: now }), vec![Settings, About]),
        (Notice::ManifestDisagrees, vec![Settings, About]),
        (Notice::LicenseUnsigned, vec![Settings, About]),
    ];
    for (notice, places) in all {
        for place in [Page, Login, About, Settings] {
            assert_eq!(notice.is_for(place), places.contains(&place), "{} at {place:?}", notice.code());
        }
    }
}

#[test]
fn a_failed_delivery_is_told_until_it_is_delivered_or_superseded() {
    let folder = tempfile::tempdir().unwrap();
    let mut outbox = Outbox::open(folder.path()).unwrap();
    let told = |outbox: &Outbox| {
        notices(&NoticeInput { outbox: outbox.entries(), ..NoticeInput::new(None, date("2027-01-01")) })
    };
    let offer = samples::signed(7, 10);
    outbox.add(&offer, samples::second(0)).unwrap();
    assert_eq!(told(&outbox), [], "waiting is not failing");
    let error = Error::from(ServerError::new(ServerErrorKind::AccessDenied));
    outbox.failed(offer.digest(), "//fls/DroppedLicense".into(), &error, samples::second(1)).unwrap();
    let expected = Notice::LicenseNotUpdated {
        digest: offer.digest(),
        file: offer.file.name.clone(),
        server: "//fls/DroppedLicense".into(),
        kind: ServerErrorKind::AccessDenied,
    };
    assert_eq!(told(&outbox), std::slice::from_ref(&expected));
    assert!(
        expected.is_for(Place::Page) && expected.is_for(Place::Settings) && !expected.is_for(Place::Login)
    );
    outbox.add(&samples::signed(8, 10), samples::second(2)).unwrap();
    assert_eq!(told(&outbox), [], "the newer license takes its place");
}
