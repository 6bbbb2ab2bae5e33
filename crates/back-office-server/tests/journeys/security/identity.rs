//! What a thief of codes, serial numbers or whole installations can do.
use std::time::{Duration, Instant};

use back_office::{Applicant, Client, Decision, EnrollmentState, EventKind, Scope, SessionReport};
use back_office_server::Role;
use chrono::TimeDelta;
use signed_envelope::{Digest, Envelope};

use crate::browser::Browser;
use crate::world::{SERIAL_NUMBER, World, key, now, poll, refusal};

#[tokio::test]
async fn serial_number_squatting_ends_in_quarantine_and_the_owner_keeps_working() {
    let world = World::start().await;
    let (owner, _) = world.enroll(&key()).await;
    let squatter = world.client(&key());
    let stolen = Applicant { license_sha256: Digest::of(b"not the license"), ..world.applicant() };
    let squatted = squatter.enroll(&stolen, now()).await.unwrap();
    assert_eq!(squatted.state, EnrollmentState::Quarantined);
    assert_eq!(refusal(squatter.license(None, now()).await), (403, "quarantined".to_owned()));
    owner.license(None, now()).await.unwrap();
}

#[tokio::test]
async fn squatters_cannot_fill_the_house() {
    let world = World::start().await;
    let mut waiting = 0;
    let last = loop {
        match world.client(&key()).enroll(&world.applicant(), now()).await {
            Ok(enrolled) => waiting += u32::from(enrolled.state == EnrollmentState::Quarantined),
            refused => break refusal(refused),
        }
        assert!(waiting < 100, "no end");
    };
    assert_eq!(last, (403, "enrollment_refused".to_owned()));
}

async fn poll_as(client: &Client, boot: &str) {
    client.events(0, Duration::ZERO, boot, now()).await.unwrap();
}

#[tokio::test]
async fn a_clone_quarantines_both_copies_until_somebody_decides() {
    let world = World::start().await;
    let key = key();
    let (original, enrolled) = world.enroll(&key).await;
    let keys = original.back_office_keys().unwrap().envelope().to_vec();
    let clone = world.client(&key).with_installation(&enrolled.installation_id, &keys, now());
    poll_as(&original, "original").await;
    poll_as(&clone, "clone").await;
    original.license(None, now()).await.unwrap();
    // The next second: within the same one, the poll could be one that was only late.
    world.next_second().await;
    poll_as(&original, "original").await;
    for copy in [&*original, &clone] {
        assert_eq!(refusal(copy.license(None, now()).await), (403, "quarantined".to_owned()));
    }
    let id = &world.organization.service_organization_id;
    world.running.administration().approve(id, &enrolled.installation_id).await.unwrap();
    original.license(None, now()).await.unwrap();
    poll_as(&original, "original").await;
    world.next_second().await;
    poll_as(&clone, "clone").await;
    world.next_second().await;
    poll_as(&original, "original").await;
    assert_eq!(refusal(clone.license(None, now()).await), (403, "quarantined".to_owned()));
}

#[tokio::test]
async fn a_foreign_organization_cannot_enrol_the_serial_number() {
    let world = World::start().await;
    let administration = world.running.administration();
    let other = administration.add_organization("Other Partners").await.unwrap();
    let foreign = Applicant {
        service_organization_id: other.service_organization_id,
        verification_code: other.verification_code,
        serial_number: SERIAL_NUMBER.to_owned(),
        ..world.applicant()
    };
    let result = world.client(&key()).enroll(&foreign, now()).await;
    assert_eq!(refusal(result), (403, "enrollment_refused".to_owned()));
}

#[tokio::test]
async fn a_foreign_organizations_license_desk_reaches_nobody_of_ours() {
    let world = World::start().await;
    let (client, _) = world.enroll(&key()).await;
    let administration = world.running.administration();
    let other = administration.add_organization("Other Partners").await.unwrap();
    let id = other.service_organization_id;
    let foreign = world.license(2);
    let published = administration.publish(&id, &foreign.envelope, &foreign.file).await.unwrap();
    assert_eq!(published.installations, 0);
    let offered = client.license(None, now()).await.unwrap().unwrap();
    assert_eq!(offered.offer, world.license(1).offer());
}

#[tokio::test]
async fn a_foreign_installation_decides_nothing_of_ours() {
    let world = World::start().await;
    let (asked, enrolled) = world.enroll(&key()).await;
    let foreign = world.client(&key());
    let applicant = world.applicant_for("PD-0054321").await;
    assert_eq!(foreign.enroll(&applicant, now()).await.unwrap().state, EnrollmentState::Enrolled);

    let mut browser = Browser::of(&world, "robin", Role::HelpDesk).await;
    let path = format!("/installations/{}", enrolled.installation_id);
    let csrf = browser.get(&path).await.csrf().to_owned();
    let fields = [("csrf", &*csrf), ("reason", "x"), ("scope", "view"), ("minutes", "60")];
    assert_eq!(browser.post(&format!("{path}/assistance"), &fields).await.status, 303);
    let events = poll(&asked, 0, 5).await.unwrap().events;
    let request = events.iter().find_map(|event| match &event.kind {
        EventKind::AssistanceRequested { request } => Some(request.to_bytes()),
        _ => None,
    });
    let request = Envelope::parse(&request.unwrap()).unwrap();
    let request: serde_json::Value = serde_json::from_slice(request.unverified_payload()).unwrap();
    let id = request["request_id"].as_str().unwrap();
    let granted = Decision::Granted { scopes: vec![Scope::View], ends_at: now() + TimeDelta::hours(1) };
    assert_eq!(refusal(foreign.report_decision(id, &granted, now()).await).0, 404);
    asked.report_decision(id, &granted, now()).await.unwrap();
    let started = SessionReport::Started { supporter_link: None };
    assert_eq!(refusal(foreign.report_session(id, &started, now()).await).0, 404);
    asked.report_session(id, &started, now()).await.unwrap();
}

#[tokio::test]
async fn code_brute_force_is_slowed_down_and_every_refusal_takes_the_same_time() {
    let world = World::start().await;
    let attempt = async |applicant: Applicant| {
        let started = Instant::now();
        let refused = refusal(world.client(&key()).enroll(&applicant, now()).await);
        (refused, started.elapsed())
    };
    let wrong_code =
        |code: u32| Applicant { verification_code: format!("{code:016}").into(), ..world.applicant() };
    let wrong_id = Applicant { service_organization_id: "SO-00000000".to_owned(), ..world.applicant() };
    let wrong_serial = Applicant { serial_number: "PD-0".to_owned(), ..world.applicant() };
    for applicant in [wrong_code(0), wrong_id, wrong_serial] {
        let (refused, took) = attempt(applicant).await;
        assert_eq!(refused, (403, "enrollment_refused".to_owned()));
        assert!(took >= Duration::from_millis(250), "{took:?}");
    }
    let mut locked = None;
    for code in 1..10 {
        let (refused, _) = attempt(wrong_code(code)).await;
        locked = locked.or((refused.0 == 429).then_some(code));
    }
    assert!(locked.is_some_and(|after| after <= 5), "{locked:?}");
    // The right code does not help while it is locked, and running installations do not notice.
    let (refused, _) = attempt(world.applicant()).await;
    assert_eq!(refused.0, 429);
}
