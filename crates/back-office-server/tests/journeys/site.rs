use std::sync::Arc;
use std::time::Duration;

use back_office::{
    Applicant, Availability, Client, Decision, EventKind, ProbeAnswer, Scope, SessionReport, SupporterLink,
};
use back_office_server::Role;
use chrono::TimeDelta;
use remote_assistance::{Now, Request, Scopes};
use signed_envelope::Digest;
use tokio::task::JoinHandle;

use crate::browser::{Browser, Page};
use crate::world::{World, eventually, key, now};

/// An installation that answers probes, with a remote client and a VPN, and grants what it is asked.
fn obliging(client: Arc<Client>, id: String) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut cursor = 0;
        while let Ok(events) = client.events(cursor, Duration::from_secs(20), "boot", now()).await {
            for event in &events.events {
                react(&client, &id, &event.kind).await;
            }
            cursor = events.cursor;
        }
    })
}

async fn react(client: &Client, id: &str, event: &EventKind) {
    match event {
        EventKind::Probe { nonce } => {
            let remote_assistance = Availability { allowed: true, remote_desktop: true, vpn: true };
            client.answer_probe(nonce, &ProbeAnswer { remote_assistance }, now()).await.unwrap();
        }
        EventKind::AssistanceRequested { request } => {
            let keys = client.back_office_keys().unwrap().ring();
            let clocks = Now {
                wall: now(),
                since_boot: Duration::ZERO,
                signed: client.signed_time(),
                offset: chrono::FixedOffset::east_opt(0).unwrap(),
            };
            let request = Request::open(&request.to_bytes(), &keys, id, clocks).unwrap();
            assert_eq!((request.requester_name.as_str(), request.ticket.as_str()), ("robin", "T-77"));
            assert_eq!(request.scopes, Scopes::from([remote_assistance::Scope::View]));
            let request_id = request.request_id.to_string();
            let granted =
                Decision::Granted { scopes: vec![Scope::View], ends_at: now() + TimeDelta::hours(1) };
            client.report_decision(&request_id, &granted, now()).await.unwrap();
            let link = SupporterLink("https://provider.example/join/1".to_owned());
            let started = SessionReport::Started { supporter_link: Some(link) };
            client.report_session(&request_id, &started, now()).await.unwrap();
        }
        EventKind::AssistanceWithdrawn { request_id } => {
            let ended = SessionReport::Ended { reason: "withdrawn".to_owned() };
            client.report_session(request_id, &ended, now()).await.unwrap();
        }
        _ => {}
    }
}

#[tokio::test]
async fn rdp_and_vpn_show_when_the_installation_answers() {
    let world = World::start().await;
    let (client, enrolled) = world.enroll(&key()).await;
    let mut browser = Browser::of(&world, "robin", Role::HelpDesk).await;
    let away = browser.get("/").await;
    assert!(away.shows("Not connected") && !away.shows(">RDP<"), "{}", away.text);

    let working = obliging(client, enrolled.installation_id.clone());
    eventually("RDP and VPN", async || {
        let page = browser.get("/").await;
        page.shows(">RDP<") && page.shows(">VPN<") && page.shows("Connected")
    })
    .await;
    working.abort();
}

#[tokio::test]
async fn a_page_has_fifty_rows_and_those_that_wait_come_first() {
    let world = World::start().await;
    for number in 0..50 {
        let applicant = world.applicant_for(&format!("PD-1{number:06}")).await;
        world.client(&key()).enroll(&applicant, now()).await.unwrap();
    }
    let unknown = Digest::of(b"made at home");
    let waits = Applicant { license_sha256: unknown, ..world.applicant_for("PD-9999999").await };
    world.client(&key()).enroll(&waits, now()).await.unwrap();
    let mut browser = Browser::of(&world, "robin", Role::HelpDesk).await;
    let serial_numbers = |page: &Page| {
        let rows = page.text.split("<th scope=\"row\"").skip(1);
        rows.map(|row| row.split("\">").nth(2).unwrap()[..10].to_owned()).collect::<Vec<_>>()
    };
    let first = browser.get("/").await;
    let shown = serial_numbers(&first);
    assert_eq!((shown.len(), &*shown[0], &*shown[1]), (50, "PD-9999999", "PD-1000000"));
    assert!(first.shows("Next page") && !first.shows("Previous page"));
    let second = browser.get("/?page=1").await;
    assert_eq!(serial_numbers(&second), ["PD-1000049"]);
    assert!(!second.shows("Next page") && second.shows("Previous page"));
}

#[tokio::test]
async fn a_request_is_asked_granted_joined_and_taken_back() {
    let world = World::start().await;
    let (client, enrolled) = world.enroll(&key()).await;
    let working = obliging(client, enrolled.installation_id.clone());
    let mut browser = Browser::of(&world, "robin", Role::HelpDesk).await;
    let path = format!("/installations/{}", enrolled.installation_id);
    let page = browser.get(&path).await;
    let csrf = page.csrf().to_owned();
    let fields = [
        ("csrf", &*csrf),
        ("ticket", "T-77"),
        ("reason", "Printer jams"),
        ("scope", "view"),
        ("minutes", "60"),
    ];
    let asked = browser.post(&format!("{path}/assistance"), &fields).await;
    assert_eq!((asked.status, asked.location()), (303, &*format!("{path}?told=asked")));
    eventually("the link to the session", async || {
        browser.get(&path).await.shows("https://provider.example/join/1")
    })
    .await;

    let page = browser.get(&path).await;
    let (_, rest) = page.text.split_once("/assistance/").unwrap();
    let request = rest.split('/').next().unwrap();
    let taken_back = browser.post(&format!("{path}/assistance/{request}/withdraw"), &[("csrf", &csrf)]).await;
    assert_eq!(taken_back.location(), format!("{path}?told=withdrawn"));
    eventually("the end", async || browser.get(&path).await.shows("Ended: withdrawn")).await;
    assert!(!browser.get(&path).await.shows("provider.example"));
    working.abort();
}

#[tokio::test]
async fn a_quarantine_is_approved_and_an_installation_revoked() {
    let world = World::start().await;
    let (_, first) = world.enroll(&key()).await;
    let (_, second) = world.enroll(&key()).await;
    let mut browser = Browser::of(&world, "alex", Role::Admin).await;
    let waiting = browser.get("/?show=waiting").await;
    assert!(waiting.shows(&second.installation_id) && !waiting.shows(&first.installation_id));
    let path = format!("/installations/{}", second.installation_id);
    let page = browser.get(&path).await;
    assert!(page.shows("enrolled already"), "{}", page.text);
    let csrf = page.csrf().to_owned();
    let approved = browser.post(&format!("{path}/approve"), &[("csrf", &csrf)]).await;
    assert_eq!(approved.location(), format!("{path}?told=approved"));
    assert!(browser.get("/?show=revoked").await.shows(&first.installation_id));

    assert!(browser.get(&format!("{path}/revoke")).await.shows("cannot be taken back"));
    let revoked = browser.post(&format!("{path}/revoke"), &[("csrf", &csrf)]).await;
    assert_eq!(revoked.location(), format!("{path}?told=revoked"));
    let again = browser.post(&format!("{path}/revoke"), &[("csrf", &csrf)]).await;
    assert_eq!(again.location(), format!("{path}?told=gone"));
}

#[tokio::test]
async fn a_license_is_published_by_hand_or_refused_with_the_reason() {
    let world = World::start().await;
    let mut browser = Browser::of(&world, "lee", Role::LicenseDesk).await;
    let csrf = browser.get("/licenses").await.csrf().to_owned();
    let renewal = world.license(2);
    let parts: [(&str, &str, &[u8]); 3] = [
        ("csrf", "", csrf.as_bytes()),
        ("manifest", "../../etc/passwd", &renewal.envelope),
        ("file", "..\\boot.ini", &renewal.file),
    ];
    let published = browser.upload("/licenses", &parts).await;
    assert!(published.status == 200 && published.shows("License no. 2"), "{}", published.text);
    let older = world.license(1);
    let parts: [(&str, &str, &[u8]); 3] =
        [("csrf", "", csrf.as_bytes()), ("manifest", "m", &older.envelope), ("file", "f", &older.file)];
    let refused = browser.upload("/licenses", &parts).await;
    assert!(refused.status == 422 && refused.shows("sequence 1 is lower"), "{}", refused.text);
}

#[tokio::test]
async fn a_mistyped_sequence_is_corrected_by_hand_with_the_reset_that_fits() {
    let world = World::start().await;
    let (client, _) = world.enroll(&key()).await;
    world.publish(&world.license(7000)).await;
    let mut browser = Browser::of(&world, "lee", Role::LicenseDesk).await;
    let csrf = browser.get("/licenses").await.csrf().to_owned();
    let corrected = world.license(2);
    let mut publish = async |reset: &[u8]| {
        let parts: [(&str, &str, &[u8]); 4] = [
            ("csrf", "", csrf.as_bytes()),
            ("manifest", "m", &corrected.envelope),
            ("file", "f", &corrected.file),
            ("reset", "r", reset),
        ];
        browser.upload("/licenses", &parts).await
    };
    let without = publish(b"").await;
    assert!(
        without.status == 422
            && without.shows("sequence 2 is lower")
            && without.shows("ask the vendor for a sequence reset"),
        "{}",
        without.text
    );
    let other = publish(&world.reset(6999, 1)).await;
    assert!(other.status == 422 && other.shows("reset is for another sequence"), "{}", other.text);
    let published = publish(&world.reset(7000, 1)).await;
    assert!(published.status == 200 && published.shows("License no. 2"), "{}", published.text);
    let offered = client.license(None, now()).await.unwrap().unwrap();
    assert_eq!((offered.offer, offered.reset.is_some()), (corrected.offer(), true));
}

#[tokio::test]
async fn each_role_does_its_own_work_only() {
    let world = World::start().await;
    let (_, enrolled) = world.enroll(&key()).await;
    let path = format!("/installations/{}", enrolled.installation_id);
    let mut desk = Browser::of(&world, "lee", Role::LicenseDesk).await;
    let csrf = desk.get(&path).await.csrf().to_owned();
    for act in ["assistance", "approve", "revoke"] {
        assert_eq!(desk.post(&format!("{path}/{act}"), &[("csrf", &csrf)]).await.status, 403, "{act}");
    }
    let mut help = Browser::of(&world, "robin", Role::HelpDesk).await;
    let csrf = help.get(&path).await.csrf().to_owned();
    assert_eq!(help.get("/licenses").await.status, 403);
    assert_eq!(help.upload("/licenses", &[("csrf", "", csrf.as_bytes())]).await.status, 403);
    assert_eq!(help.post(&format!("{path}/revoke"), &[("csrf", &csrf)]).await.status, 403);
}
