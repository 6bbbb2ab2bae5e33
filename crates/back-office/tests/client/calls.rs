use std::time::Duration;

use back_office::{
    AuditBatch, Availability, Client, Decision, Error, EventKind, KeyRotation, OfferState, Presence,
    ProbeAnswer, Scope, SessionReport,
};
use base64ct::{Base64, Encoding};
use mockito::Matcher;
use serde_json::{Value, json};
use signed_envelope::Digest;

use crate::office::{Asked, NOW, Office, Reply, installation, key, signed};

/// Expects exactly one request of this kind, signed by the installation, with this body.
async fn office_expecting(
    method: &str,
    path: &str,
    query: Option<&str>,
    body: Option<Value>,
    reply: Reply,
) -> (Office, mockito::Mock) {
    let mut office = Office::new().await;
    let whole = query.map_or(path.to_owned(), |query| format!("{path}?{query}"));
    let mock = office.server.mock(method, Matcher::Exact(whole));
    let mock = match body {
        Some(body) => mock.match_body(Matcher::Json(body)).match_header("content-type", "application/json"),
        None => mock.match_body("").match_header("content-type", Matcher::Missing),
    };
    let mock = mock
        .match_header("if-none-match", Matcher::Missing)
        .match_header("if-modified-since", Matcher::Missing)
        .match_request(|request| Asked::new(request).verify(&installation(), NOW).is_ok());
    let mock = signed(mock, move |_| reply.clone()).expect(1).create_async().await;
    (office, mock)
}

#[tokio::test]
async fn a_poll_asks_with_its_cursor_and_reads_the_events() {
    let answer = json!({
        "events": [{"seq": 8, "id": "e8", "type": "license_offered"}, {"seq": 9, "id": "e9", "type": "new_thing"}],
        "cursor": 9, "hold_s": 45
    });
    let query = "cursor=7&wait=45&boot=b+%26%3D1";
    let (office, mock) =
        office_expecting("GET", "/v1/events", Some(query), None, Reply::json(200, &answer)).await;
    let events = office.client().events(7, Duration::from_millis(45_900), "b &=1", NOW).await.unwrap();
    assert_eq!((events.cursor, events.events.len()), (9, 2));
    assert_eq!(events.events[0].kind, EventKind::LicenseOffered);
    mock.assert_async().await;
}

#[tokio::test]
async fn a_license_is_fetched_whole_and_none_is_an_answer_too() {
    let have = Digest::of(b"have");
    let file = vec![b'x'; 1024 * 1024];
    let license = json!({
        "offer": Digest::of(b"offer"),
        "manifest": {"payload": "e30=", "payloadType": "t", "signatures": []},
        "file": Base64::encode_string(&file),
    });
    let query = format!("have={have}");
    let (office, mock) =
        office_expecting("GET", "/v1/license", Some(&query), None, Reply::json(200, &license)).await;
    let offered = office.client().license(Some(&have), NOW).await.unwrap().unwrap();
    assert_eq!((offered.offer, offered.file.len()), (Digest::of(b"offer"), file.len()));
    mock.assert_async().await;

    let (office, mock) = office_expecting("GET", "/v1/license", None, None, Reply::new(204, "")).await;
    assert_eq!(office.client().license(None, NOW).await.unwrap(), None);
    mock.assert_async().await;
}

/// Makes a call that is answered with a plain yes, and holds it to its method, path and body.
async fn says(method: &str, path: &str, body: Value, call: impl AsyncFnOnce(&Client) -> Result<(), Error>) {
    let (office, mock) = office_expecting(method, path, None, Some(body), Reply::new(204, "")).await;
    call(&office.client()).await.unwrap();
    mock.assert_async().await;
}

#[tokio::test]
async fn what_became_of_an_offer_is_told_under_its_digest() {
    let offer = Digest::of(b"offer");
    let state = OfferState::Refused { reason: "lower_sequence".to_owned() };
    let body = json!({"state": "refused", "reason": "lower_sequence"});
    let path = format!("/v1/offers/{offer}/state");
    says("PUT", &path, body, async |client| client.report_offer(&offer, &state, NOW).await).await;
}

#[tokio::test]
async fn presence_is_told_and_a_probe_is_answered() {
    let remote_assistance = Availability { allowed: true, remote_desktop: true, vpn: false };
    let presence =
        Presence { product_version: "1.4.0".to_owned(), license_sequence: Some(7), remote_assistance };
    let seen = json!({"allowed": true, "remote_desktop": true, "vpn": false});
    let body = json!({"product_version": "1.4.0", "license_sequence": 7, "remote_assistance": seen});
    says("PUT", "/v1/presence", body, async |client| client.report_presence(&presence, NOW).await).await;

    let answer = ProbeAnswer { remote_assistance };
    let body = json!({"remote_assistance": seen});
    says("POST", "/v1/probes/n1", body, async |client| client.answer_probe("n1", &answer, NOW).await).await;
}

#[tokio::test]
async fn a_decision_and_a_session_are_told_under_the_signed_request_id() {
    let granted = Decision::Granted { scopes: vec![Scope::View], ends_at: NOW };
    let body = json!({"decision": "granted", "scopes": ["view"], "ends_at": "2026-11-24T09:00:00Z"});
    let path = "/v1/assistance-requests/r1/decision";
    says("PUT", path, body, async |client| client.report_decision("r1", &granted, NOW).await).await;

    let ended = SessionReport::Ended { reason: "time_over".to_owned() };
    let body = json!({"session": "ended", "reason": "time_over"});
    let path = "/v1/assistance-requests/r1/session";
    says("PUT", path, body, async |client| client.report_session("r1", &ended, NOW).await).await;
}

#[tokio::test]
async fn a_part_of_a_path_stays_one_part_whatever_it_holds() {
    let answer = ProbeAnswer::default();
    let body = serde_json::to_value(answer).unwrap();
    for (nonce, path) in [
        ("../../staff/v1/users", "/v1/probes/..%2F..%2Fstaff%2Fv1%2Fusers"),
        ("a?b#c d", "/v1/probes/a%3Fb%23c%20d"),
        ("..", "/v1/probes"),
        ("ü", "/v1/probes/%C3%BC"),
    ] {
        let call = async |client: &Client| client.answer_probe(nonce, &answer, NOW).await;
        says("POST", path, body.clone(), call).await;
    }
}

#[tokio::test]
async fn audit_records_are_handed_in_and_acknowledged() {
    let batch = AuditBatch { after: 12, records: vec!["{\"a\": 1}".to_owned()], head: "13 abc".to_owned() };
    let body = json!({"after": 12, "records": ["{\"a\": 1}"], "head": "13 abc"});
    let reply = Reply::json(200, &json!({"acknowledged": 13}));
    let (office, mock) = office_expecting("POST", "/v1/audit", None, Some(body), reply).await;
    assert_eq!(office.client().send_audit(&batch, NOW).await.unwrap().acknowledged, 13);
    mock.assert_async().await;
}

#[tokio::test]
async fn a_new_key_is_proven_and_signs_from_the_answer_on() {
    let new = key(9);
    let proof = KeyRotation::prove("i-1", installation().public().id(), &new);
    let body = serde_json::to_value(&proof).unwrap();
    let reply = Reply::new(204, "");
    let (mut office, rotation) = office_expecting("PUT", "/v1/key", None, Some(body), reply).await;
    let client = office.client();
    client.rotate_key(&new, NOW).await.unwrap();
    rotation.assert_async().await;

    let by_new = office.mock("GET", "/v1/license").match_request(|request| {
        let asked = Asked::new(request);
        asked.verify(&key(9), NOW).is_ok() && asked.verify(&installation(), NOW).is_err()
    });
    let by_new = signed(by_new, |_| Reply::new(204, "")).expect(1).create_async().await;
    client.license(None, NOW).await.unwrap();
    by_new.assert_async().await;
}

#[tokio::test]
async fn a_refused_rotation_leaves_the_old_key_in_use() {
    let mut office = Office::new().await;
    let refused = office.mock("PUT", "/v1/key");
    signed(refused, |_| Reply::problem(403, "quarantined")).create_async().await;
    let by_old = office
        .mock("GET", "/v1/license")
        .match_request(|request| Asked::new(request).verify(&installation(), NOW).is_ok());
    let by_old = signed(by_old, |_| Reply::new(204, "")).expect(1).create_async().await;
    let client = office.client();
    assert_eq!(client.rotate_key(&key(9), NOW).await.unwrap_err().code(), Some("quarantined"));
    client.license(None, NOW).await.unwrap();
    by_old.assert_async().await;
}

#[tokio::test]
async fn nothing_is_sent_before_the_enrolment() {
    let mut office = Office::new().await;
    let none = office.server.mock("GET", Matcher::Any).expect(0).create_async().await;
    let client = office.stranger();
    for error in [
        client.events(0, Duration::ZERO, "b", NOW).await.unwrap_err(),
        client.license(None, NOW).await.unwrap_err(),
        client.report_offer(&Digest::of(b""), &OfferState::InUse, NOW).await.unwrap_err(),
        client.rotate_key(&key(9), NOW).await.unwrap_err(),
    ] {
        assert!(matches!(error, Error::NotEnrolled), "{error}");
    }
    none.assert_async().await;
}
