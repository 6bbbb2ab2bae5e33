use std::time::Duration;

use back_office::{Client, EnrollmentState, EventKind, Events};

use crate::world::{World, key, now, poll, refusal};

async fn poll_as(client: &Client, boot: &str, cursor: u64) -> Events {
    client.events(cursor, Duration::ZERO, boot, now()).await.unwrap()
}

fn kinds(events: &Events) -> Vec<&EventKind> {
    events.events.iter().map(|event| &event.kind).collect()
}

#[tokio::test]
async fn approving_a_reinstallation_revokes_the_one_before() {
    let world = World::start().await;
    let (before, _) = world.enroll(&key()).await;
    let (after, enrolled) = world.enroll(&key()).await;
    assert_eq!(enrolled.state, EnrollmentState::Quarantined);
    let (held_before, held_after) = (
        tokio::spawn(async move { (poll(&before, 0, 30).await, before) }),
        tokio::spawn({
            let after = after.clone();
            async move { poll(&after, 0, 30).await }
        }),
    );
    let id = &world.organization.service_organization_id;
    world.running.administration().approve(id, &enrolled.installation_id).await.unwrap();
    let approved = held_after.await.unwrap().unwrap();
    assert_eq!(kinds(&approved), [&EventKind::Approved, &EventKind::LicenseOffered]);
    assert!(after.license(None, now()).await.unwrap().is_some());

    let (events, before) = held_before.await.unwrap();
    let events = events.unwrap();
    assert_eq!(kinds(&events), [&EventKind::Revoked]);
    assert_eq!(refusal(poll(&before, events.cursor, 0).await), (403, "revoked".to_owned()));
    assert_eq!(refusal(before.license(None, now()).await), (403, "revoked".to_owned()));
}

#[tokio::test]
async fn a_revocation_ends_the_held_poll_and_nothing_is_open_after_it() {
    let world = World::start().await;
    let (client, enrolled) = world.enroll(&key()).await;
    let held = tokio::spawn({
        let client = client.clone();
        async move { poll(&client, 0, 30).await }
    });
    let id = &world.organization.service_organization_id;
    world.running.administration().revoke(id, &enrolled.installation_id).await.unwrap();
    assert_eq!(kinds(&held.await.unwrap().unwrap()), [&EventKind::Revoked]);
    assert_eq!(refusal(client.license(None, now()).await), (403, "revoked".to_owned()));
}

#[tokio::test]
async fn a_restarted_process_is_no_clone() {
    let world = World::start().await;
    let (client, _) = world.enroll(&key()).await;
    for boot in ["monday", "tuesday", "wednesday"] {
        poll_as(&client, boot, 0).await;
    }
    client.license(None, now()).await.unwrap();
}

#[tokio::test]
async fn an_installation_waits_for_its_own_organization_only() {
    let world = World::start().await;
    let (_, enrolled) = world.enroll(&key()).await;
    let administration = world.running.administration();
    let other = administration.add_organization("Other Partners").await.unwrap();
    let foreign = administration.revoke(&other.service_organization_id, &enrolled.installation_id).await;
    assert!(matches!(foreign, Err(back_office_server::Error::UnknownInstallation)), "{foreign:?}");
}
