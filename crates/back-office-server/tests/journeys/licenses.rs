use back_office::{CarriedEnvelope, EventKind, OfferState};
use back_office_server::{Administration, Error, Role};
use license_lifecycle::Refusal;
use license_lifecycle::manifest::RESET_TYPE;
use secrecy::ExposeSecret as _;
use serde_json::json;
use signed_envelope::{Envelope, KeyRing};

use crate::world::{PRODUCT, World, http, key, now, poll, refusal};

#[tokio::test]
async fn a_renewal_wakes_the_held_poll_and_is_fetched_and_reported() {
    let world = World::start().await;
    let (client, _) = world.enroll(&key()).await;
    let first = world.license(1).offer();
    assert_eq!(client.license(Some(&first), now()).await.unwrap(), None);

    let held = tokio::spawn({
        let client = client.clone();
        async move { poll(&client, 0, 30).await }
    });
    let renewal = world.license(2);
    assert_eq!(world.publish(&renewal).await, 1);
    let events = held.await.unwrap().unwrap();
    assert_eq!(events.events[0].kind, EventKind::LicenseOffered);

    let offered = client.license(Some(&first), now()).await.unwrap().unwrap();
    assert_eq!((offered.offer, &offered.file), (renewal.offer(), &renewal.file));
    client.report_offer(&offered.offer, &OfferState::Delivered, now()).await.unwrap();
    client.report_offer(&offered.offer, &OfferState::InUse, now()).await.unwrap();
    let unknown = client.report_offer(&world.license(9).offer(), &OfferState::InUse, now()).await;
    assert_eq!(refusal(unknown).0, 404);
}

#[tokio::test]
async fn what_installations_would_refuse_is_not_published() {
    let world = World::start().await;
    let administration = world.running.administration();
    let id = &world.organization.service_organization_id;
    let (mine, mut changed) = (world.license(2), world.license(2));
    changed.file.push(b'\n');
    let mismatch = administration.publish(id, &changed.envelope, &changed.file).await;
    assert!(matches!(mismatch, Err(Error::License { source: Refusal::FileMismatch { .. } })), "{mismatch:?}");
    world.publish(&mine).await;
    let older = world.license(1);
    let older = administration.publish(id, &older.envelope, &older.file).await;
    assert!(matches!(older, Err(Error::License { source: Refusal::LowerSequence { .. } })), "{older:?}");
    let nowhere = administration.publish("SO-00000000", &mine.envelope, &mine.file).await;
    assert!(matches!(nowhere, Err(Error::UnknownOrganization)), "{nowhere:?}");
}

#[tokio::test]
async fn a_mistyped_sequence_is_corrected_only_with_a_reset_that_fits() {
    let world = World::start().await;
    let (client, _) = world.enroll(&key()).await;
    world.publish(&world.license(7000)).await;
    let administration = world.running.administration();
    let id = &world.organization.service_organization_id;
    let (corrected, fits) = (world.license(2), world.reset(7000, 1));
    let digest =
        |reset: Option<CarriedEnvelope>| Envelope::parse(&reset.unwrap().to_bytes()).unwrap().digest();
    let carried = Envelope::parse(&fits).unwrap().digest();
    let refused = async |sequence: u64, reset: &[u8]| {
        let license = world.license(sequence);
        match administration.correct(id, &license.envelope, &license.file, reset).await {
            Err(Error::License { source }) => source.code(),
            other => panic!("{other:?}"),
        }
    };
    let foreign =
        Envelope::sign(RESET_TYPE, Envelope::parse(&fits).unwrap().unverified_payload(), &[&key()]).to_json();
    assert_eq!(refused(2, &foreign).await, "signature_untrusted");
    assert_eq!(refused(2, &world.reset(6999, 1)).await, "reset_does_not_apply");
    assert_eq!(refused(2, &world.license(2).envelope).await, "wrong_type");
    assert_eq!(refused(1, &fits).await, "equivocation", "the reset itself took that number");

    assert_eq!(
        administration.correct(id, &corrected.envelope, &corrected.file, &fits).await.unwrap().installations,
        1
    );
    let offered = client.license(None, now()).await.unwrap().unwrap();
    assert_eq!((offered.offer, digest(offered.reset)), (corrected.offer(), carried));
    // Whoever missed it is reached with the next one.
    world.publish(&world.license(3)).await;
    let offered = client.license(None, now()).await.unwrap().unwrap();
    assert_eq!((offered.offer, digest(offered.reset)), (world.license(3).offer(), carried));
    assert_eq!(refused(2, &fits).await, "reset_does_not_apply", "once");
}

#[tokio::test]
async fn an_operators_command_beside_the_server_reaches_the_held_poll() {
    let world = World::start().await;
    let (client, _) = world.enroll(&key()).await;
    let beside = Administration::open(&world.database()).await.unwrap();
    let beside = beside.with_vendor(KeyRing::from(world.vendor.public()), PRODUCT);
    let held = tokio::spawn(async move { poll(&client, 0, 30).await });
    let renewal = world.license(2);
    let id = &world.organization.service_organization_id;
    beside.publish(id, &renewal.envelope, &renewal.file).await.unwrap();
    assert_eq!(held.await.unwrap().unwrap().events[0].kind, EventKind::LicenseOffered);
}

#[tokio::test]
async fn the_license_desk_publishes_with_its_token_and_nobody_without() {
    let world = World::start().await;
    let id = &world.organization.service_organization_id;
    let administration = world.running.administration();
    let publisher = administration.add_token(id, Role::LicenseDesk).await.unwrap();
    let helper = administration.add_token(id, Role::HelpDesk).await.unwrap();
    let renewal = world.license(2);
    let manifest: serde_json::Value = serde_json::from_slice(&renewal.envelope).unwrap();
    let file = <base64ct::Base64 as base64ct::Encoding>::encode_string(&renewal.file);
    let body = json!({ "manifest": manifest, "file": file });
    let publish = async |token: Option<&str>| {
        let request = http().post(world.base().join("/staff/v1/licenses").unwrap()).body(body.to_string());
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(publish(None).await, 401);
    assert_eq!(publish(Some("guessed")).await, 401);
    assert_eq!(publish(Some(helper.expose_secret())).await, 403);
    assert_eq!(publish(Some(publisher.expose_secret())).await, 201);
}
