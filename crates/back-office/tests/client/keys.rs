use back_office::keys::KeysDocument;
use back_office::signature::SignatureError;
use back_office::{Client, Error, Hop};
use chrono::TimeDelta;
use serde_json::json;
use signed_envelope::SigningKey;

use crate::office::{
    Asked, NOW, Office, Reply, as_json, envelope, installation, key, office, signed, vendor,
};

/// A back office that has gone over to `key(8)`, and answers with `keys` when asked for its keys.
async fn gone_over(keys: impl FnOnce(KeysDocument) -> Vec<u8>, signs_keys: SigningKey) -> (Office, Client) {
    let mut office = Office::new().await;
    let client = office.client();
    let keys = keys(KeysDocument { keys: vec![key(8).public()], sequence: 8, ..office.keys_document() });
    let answer = Reply { key: key(8), ..Reply::new(204, "") };
    signed(office.mock("GET", "/v1/license"), move |_| answer.clone()).create_async().await;
    let answer = Reply { key: signs_keys, ..Reply::new(200, keys) };
    signed(office.mock("GET", "/v1/back-office-keys"), move |_| answer.clone()).create_async().await;
    (office, client)
}

fn sequence(client: &Client) -> Option<u64> {
    client.back_office_keys().map(|keys| keys.document().sequence)
}

#[tokio::test]
async fn new_keys_are_fetched_when_an_answer_names_one_that_is_not_known() {
    let (office, client) = gone_over(|document| envelope(&document, &vendor()), key(8)).await;
    assert_eq!(sequence(&client), Some(7));
    client.license(None, NOW).await.unwrap();
    assert_eq!(sequence(&client), Some(8));
    let kept = client.back_office_keys().unwrap().envelope().to_owned();
    let restarted = office.stranger().with_installation("i-1", &kept, NOW);
    assert_eq!(sequence(&restarted), Some(8));
}

#[tokio::test]
async fn swapped_keys_are_refused_and_those_in_force_stay() {
    let refused = async |keys: fn(KeysDocument) -> Vec<u8>, signer: SigningKey| {
        let (_office, client) = gone_over(keys, signer).await;
        let error = client.license(None, NOW).await.unwrap_err();
        assert_eq!(sequence(&client), Some(7), "{error:?}");
        error
    };
    // An inspecting proxy signs keys of its own, with its own vendor's key or with the back office's.
    let error = refused(|document| envelope(&document, &key(9)), key(8)).await;
    assert!(matches!(error, Error::Envelope { .. }), "{error:?}");
    assert_eq!(error.hop(), Hop::Between);
    let error = refused(|document| envelope(&document, &office()), key(8)).await;
    assert!(matches!(error, Error::Envelope { .. }), "{error:?}");
    // Genuine keys of another back office, of before, or of long ago.
    let other = |document| {
        envelope(&KeysDocument { authority: "evil.example.com".to_owned(), ..document }, &vendor())
    };
    assert!(matches!(refused(other, key(8)).await, Error::WrongAuthority { .. }));
    let before = |document| envelope(&KeysDocument { sequence: 6, ..document }, &vendor());
    assert!(matches!(refused(before, key(8)).await, Error::LowerSequence { last: 7, found: 6 }));
    let long_ago =
        |document| envelope(&KeysDocument { expires_at: NOW - TimeDelta::seconds(1), ..document }, &vendor());
    assert!(matches!(refused(long_ago, key(8)).await, Error::KeysExpired { .. }));
    // Genuine keys, handed out by somebody who does not hold one of them.
    let error = refused(|document| envelope(&document, &vendor()), key(9)).await;
    assert!(
        matches!(error, Error::NotGenuine { source: SignatureError::UnknownKey { .. }, .. }),
        "{error:?}"
    );
    // Not even an envelope.
    let error = refused(|_| b"<html>".to_vec(), key(8)).await;
    assert!(matches!(error, Error::Envelope { .. }), "{error:?}");
}

#[tokio::test]
async fn expired_keys_are_fetched_anew_and_count_no_longer() {
    let mut office = Office::new().await;
    let client = office.client();
    signed(office.mock("GET", "/v1/license"), |_| Reply::new(204, "")).create_async().await;
    let later = NOW + TimeDelta::days(366);
    let expired = office.keys();
    let mock = signed(office.mock("GET", "/v1/back-office-keys"), move |_| Reply::new(200, expired.clone()));
    let mock = mock.create_async().await;
    assert!(matches!(client.license(None, later).await, Err(Error::KeysExpired { .. })));
    mock.remove_async().await;

    let renewed = KeysDocument { expires_at: later + TimeDelta::days(1), ..office.keys_document() };
    let renewed = envelope(&renewed, &vendor());
    signed(office.mock("GET", "/v1/back-office-keys"), move |_| Reply::new(200, renewed.clone()))
        .create_async()
        .await;
    client.license(None, later).await.unwrap();
}

#[tokio::test]
async fn keys_that_no_longer_open_at_the_start_are_fetched_with_the_first_call() {
    let mut office = Office::new().await;
    signed(office.mock("GET", "/v1/license"), |_| Reply::new(204, "")).create_async().await;
    let keys = office.keys();
    let fetched = signed(office.mock("GET", "/v1/back-office-keys"), move |_| Reply::new(200, keys.clone()));
    let fetched = fetched.expect(1).create_async().await;
    let client = office.stranger().with_installation("i-1", b"damaged", NOW);
    assert_eq!(sequence(&client), None);
    client.license(None, NOW).await.unwrap();
    client.license(None, NOW).await.unwrap();
    assert_eq!(sequence(&client), Some(7));
    fetched.assert_async().await;
}

#[tokio::test]
async fn a_wrong_clock_and_new_keys_at_once_are_overcome() {
    let mut office = Office::new().await;
    let time = NOW + TimeDelta::hours(5);
    let document = KeysDocument { keys: vec![key(8).public()], sequence: 8, ..office.keys_document() };
    let keys = envelope(&document, &vendor());
    let reply = move |asked: &Asked<'_>| {
        let reply = match asked.verify(&installation(), time) {
            Ok(()) => Reply::new(204, ""),
            // A refusal may bring the keys along that it is signed with.
            Err(error) => Reply::json(
                401,
                &json!({"type": format!("urn:remote-service:problem:{}", error.code()),
                        "back_office_keys": as_json(&keys)}),
            ),
        };
        Reply { time, key: key(8), ..reply }
    };
    let mock = signed(office.mock("GET", "/v1/license"), reply).expect(2).create_async().await;
    let client = office.client();
    client.license(None, NOW).await.unwrap();
    assert_eq!((sequence(&client), client.clock_offset()), (Some(8), TimeDelta::hours(5)));
    mock.assert_async().await;
}
