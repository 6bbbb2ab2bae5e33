use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use back_office::keys::KeysDocument;
use back_office::signature::SignatureError;
use back_office::{Applicant, EnrollmentRequest, EnrollmentState, Error, Hop};
use chrono::TimeDelta;
use mockito::Mock;
use serde_json::{Value, json};
use signed_envelope::{Digest, SigningKey};

use crate::office::{
    Asked, NOW, Office, Reply, as_json, envelope, installation, key, office, signed, vendor,
};

fn applicant() -> Applicant {
    Applicant {
        service_organization_id: "SO-4711".to_owned(),
        verification_code: "KQ7M-22XP-9TTB".to_owned().into(),
        serial_number: "PD-0012345".to_owned(),
        license_sha256: Digest::of(b"license"),
        product: "PRISMAdirect".to_owned(),
        product_version: "1.4.0".to_owned(),
    }
}

fn enrolled(keys: &[u8]) -> Value {
    json!({"installation_id": "i-9", "back_office_keys": as_json(keys)})
}

fn mock(office: &mut Office) -> Mock {
    office.mock("POST", "/v1/enrollments")
}

#[tokio::test]
async fn an_enrolment_brings_an_id_and_keys_and_is_signed_by_the_new_key() {
    let mut office = Office::new().await;
    let keys = office.keys();
    let answer = Reply::json(201, &enrolled(&keys));
    let mock = mock(&mut office).match_request(|request| {
        let asked = Asked::new(request);
        let body: EnrollmentRequest = serde_json::from_slice(asked.parts().body).unwrap();
        asked.verify(&installation(), NOW).is_ok()
            && body.public_key == installation().public()
            && body.nonce.len() == 32
            && body.applicant.serial_number == "PD-0012345"
    });
    let mock = signed(mock, move |_| answer.clone()).expect(1).create_async().await;
    let client = office.stranger();
    let enrolled = client.enroll(&applicant(), NOW).await.unwrap();
    assert_eq!((enrolled.installation_id.as_str(), enrolled.state), ("i-9", EnrollmentState::Enrolled));
    assert_eq!(as_json(&enrolled.back_office_keys), as_json(&keys));
    assert_eq!(client.installation_id().as_deref(), Some("i-9"));
    assert_eq!(client.back_office_keys().unwrap().document().sequence, 7);
    assert_eq!(client.signed_time(), Some(NOW));
    mock.assert_async().await;

    // What it brought is all that the next start needs.
    signed(office.mock("GET", "/v1/license"), |_| Reply::new(204, "")).create_async().await;
    let restarted =
        office.stranger().with_installation(&enrolled.installation_id, &enrolled.back_office_keys, NOW);
    restarted.license(None, NOW).await.unwrap();
}

#[tokio::test]
async fn a_quarantined_installation_knows_that_it_must_wait() {
    let mut office = Office::new().await;
    let mut body = enrolled(&office.keys());
    body["state"] = "quarantined".into();
    signed(mock(&mut office), move |_| Reply::json(202, &body)).create_async().await;
    let client = office.stranger();
    assert_eq!(client.enroll(&applicant(), NOW).await.unwrap().state, EnrollmentState::Quarantined);
    assert_eq!(client.installation_id().as_deref(), Some("i-9"), "it may poll");
}

#[tokio::test]
async fn a_refusal_is_believed_with_the_keys_that_it_brings() {
    for (status, code) in [(403, "enrollment_refused"), (429, "rate_limited"), (500, "broken")] {
        let mut office = Office::new().await;
        let keys = as_json(&office.keys());
        let body = json!({"type": format!("urn:remote-service:problem:{code}"), "back_office_keys": keys});
        let reply = Reply { retry_after: Some("60"), ..Reply::json(status, &body) };
        let mock = mock(&mut office).with_header("retry-after", "60");
        signed(mock, move |_| reply.clone()).create_async().await;
        let client = office.stranger();
        let error = client.enroll(&applicant(), NOW).await.unwrap_err();
        assert_eq!((error.status(), error.code()), (Some(status), Some(code)));
        let Error::Refused { retry_after, .. } = error else { panic!("{error:?}") };
        assert_eq!(retry_after.map(|wait| wait.as_secs()), Some(60));
        assert_eq!(client.installation_id(), None);
    }
}

/// Answers an enrolment with what is made of the genuine keys, signed by `signer`, and gives the client's refusal.
async fn refused(keys: impl FnOnce(&Office) -> Option<Vec<u8>>, signer: SigningKey) -> Error {
    let mut office = Office::new().await;
    let keys = keys(&office);
    let mut body = json!({"installation_id": "i-9"});
    if let Some(keys) = keys {
        body["back_office_keys"] = as_json(&keys);
    }
    let reply = Reply { key: signer, ..Reply::json(201, &body) };
    signed(mock(&mut office), move |_| reply.clone()).create_async().await;
    let client = office.stranger();
    let error = client.enroll(&applicant(), NOW).await.unwrap_err();
    assert_eq!(client.installation_id(), None);
    assert!(client.back_office_keys().is_none());
    assert_eq!(client.signed_time(), None);
    error
}

#[tokio::test]
async fn somebody_else_who_answers_an_enrolment_is_not_believed() {
    let proxy = || key(9);
    // A proxy that puts keys of its own there, signed by whom it can.
    let own = |office: &Office| {
        let document = KeysDocument { keys: vec![proxy().public()], ..office.keys_document() };
        Some(envelope(&document, &proxy()))
    };
    assert!(matches!(refused(own, proxy()).await, Error::Envelope { .. }));
    // One that passes the genuine keys on and signs itself.
    let error = refused(|office| Some(office.keys()), proxy()).await;
    assert!(
        matches!(error, Error::NotGenuine { source: SignatureError::UnknownKey { .. }, .. }),
        "{error:?}"
    );
    // One that passes on the genuine keys of the back office that it runs itself, elsewhere.
    let elsewhere = |office: &Office| {
        let document = KeysDocument {
            authority: "elsewhere.example.com".to_owned(),
            keys: vec![proxy().public()],
            ..office.keys_document()
        };
        Some(envelope(&document, &vendor()))
    };
    assert!(matches!(refused(elsewhere, proxy()).await, Error::WrongAuthority { .. }));
    let expired = |office: &Office| {
        let document = KeysDocument { expires_at: NOW - TimeDelta::seconds(1), ..office.keys_document() };
        Some(envelope(&document, &vendor()))
    };
    assert!(matches!(refused(expired, office()).await, Error::KeysExpired { .. }));
}

#[tokio::test]
async fn an_answer_without_keys_is_not_believed_even_if_keys_can_be_fetched_from_nobody() {
    let error = refused(|_| None, office()).await;
    assert_eq!(error.hop(), Hop::Between, "{error:?}");
}

#[tokio::test]
async fn an_unsigned_answer_enrolls_nobody() {
    let mut office = Office::new().await;
    let body = enrolled(&office.keys()).to_string();
    let mock = mock(&mut office).with_status(201).with_body(body).expect(1).create_async().await;
    let client = office.stranger();
    assert!(matches!(client.enroll(&applicant(), NOW).await, Err(Error::NotGenuine { status: 201, .. })));
    assert_eq!(client.installation_id(), None);
    mock.assert_async().await;
}

#[tokio::test]
async fn a_clock_that_is_hours_off_enrolls_with_the_second_try_as_one_enrolment() {
    let mut office = Office::new().await;
    let time = NOW - TimeDelta::hours(9);
    let keys = office.keys();
    let nonces = Arc::new(Mutex::new(BTreeSet::new()));
    let seen = Arc::clone(&nonces);
    let reply = move |asked: &Asked<'_>| {
        let body: EnrollmentRequest = serde_json::from_slice(asked.parts().body).unwrap();
        seen.lock().unwrap().insert(body.nonce);
        let reply = match asked.verify(&installation(), time) {
            Ok(()) => Reply::json(201, &enrolled(&keys)),
            Err(_) => Reply::json(401, &json!({"back_office_keys": as_json(&keys)})),
        };
        Reply { time, ..reply }
    };
    let mock = signed(mock(&mut office), reply).expect(2).create_async().await;
    let client = office.stranger();
    client.enroll(&applicant(), NOW).await.unwrap();
    assert_eq!(client.clock_offset(), TimeDelta::hours(-9));
    assert_eq!(nonces.lock().unwrap().len(), 1);
    mock.assert_async().await;
}
