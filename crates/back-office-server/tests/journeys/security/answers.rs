//! What somebody between installation and back office can do: answer in its place.
use back_office::{Client, Error};
use signed_envelope::KeyRing;

use crate::world::{World, http, key, now, poll};

#[tokio::test]
async fn an_answer_signed_by_another_key_is_not_believed() {
    let world = World::start().await;
    let key = key();
    let (client, enrolled) = world.enroll(&key).await;
    let keys = client.back_office_keys().unwrap().envelope().to_vec();
    // The same database and port, and another signing key: the vendor's envelope that the installation
    // has does not name it.
    let impostor = world.restart_as_impostor().await;
    let trusted = KeyRing::from(impostor.vendor.public());
    let client = Client::new(http(), &impostor.base(), key, trusted).unwrap().with_installation(
        &enrolled.installation_id,
        &keys,
        now(),
    );
    let answer = poll(&client, 0, 0).await;
    assert!(!matches!(answer, Ok(_) | Err(Error::Refused { .. })), "{answer:?}");
}

#[tokio::test]
async fn swapped_back_office_keys_are_not_believed_at_enrolment() {
    let world = World::start().await;
    let impostor = world.restart_as_impostor().await;
    let enrolled = impostor.client(&key()).enroll(&impostor.applicant(), now()).await;
    assert!(matches!(enrolled, Err(Error::Envelope { .. })), "{enrolled:?}");
}
