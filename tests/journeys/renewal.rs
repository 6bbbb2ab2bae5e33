use std::fs;

use remote_service::license::{ChangeReason, Notice, Place};
use remote_service::{EventKind, Stage};
use world::{SignedLicense, Terms, World};

use crate::steps::{DEADLINE, connected, until, until_shown};

#[tokio::test(flavor = "multi_thread")]
async fn a_published_renewal_is_announced_delivered_in_use_and_reported() {
    let world = World::start().await;
    let (service, terms) = connected(&world).await;
    let mut events = service.events();
    let now = world::now();
    let license = world.vendor.issue(&terms.renewal(now));
    world.office.publish(&license).await;
    let changes = until(&mut events, |event| match event {
        EventKind::LicenseAnnounced { changes, .. } => Some(changes),
        _ => None,
    })
    .await;
    assert_eq!(
        changes.reasons(),
        [
            ChangeReason::MaintenanceExtended,
            ChangeReason::LicenseExtended,
            ChangeReason::FeaturesBought,
            ChangeReason::SeatsBought,
        ]
    );
    until_shown(&service, |snapshot| {
        let in_force = snapshot.license.in_force.as_ref().is_some_and(|own| own.digest == license.digest());
        in_force && snapshot.license.seen.is_some_and(|seen| seen.confirmed)
    })
    .await;
    let notices = service.snapshot().notices_for(Place::Page, now);
    assert!(matches!(notices.as_slice(), [Notice::LicenseAnnounced { .. }]), "{notices:?}");
    assert!(service.dismiss_announcement(license.digest()).await.unwrap());
    assert_eq!(service.snapshot().notices_for(Place::Page, now), []);
    let reported = async {
        while world.office.books.offer_state(&license).await.is_none_or(|(state, _)| state != "in_use") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(DEADLINE, reported).await.expect("the back office hears of it");
    assert_eq!(fs::read_dir(world.inbox()).unwrap().flatten().filter(|e| e.path().is_file()).count(), 0);
    service.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_sequence_is_corrected_by_a_reset_down_to_the_license_server() {
    let world = World::start().await;
    let (service, terms) = connected(&world).await;
    let now = world::now();
    let mistyped = Terms { sequence: 70_000, ..terms.renewal(now) };
    let in_use = async |license: &SignedLicense| {
        until_shown(&service, |snapshot| {
            let in_force =
                snapshot.license.in_force.as_ref().is_some_and(|own| own.digest == license.digest());
            in_force && snapshot.license.seen.is_some_and(|seen| seen.confirmed)
        })
        .await;
    };
    let issued = world.vendor.issue(&mistyped);
    world.office.publish(&issued).await;
    in_use(&issued).await;

    // The license server keeps a mark of its own; the reset reaches it ahead of the corrected license.
    let corrected = terms.renewal(now);
    let issued = world.vendor.issue(&corrected);
    world.office.correct(&issued, &world.vendor.reset(mistyped.sequence, terms.sequence, now)).await;
    in_use(&issued).await;
    let left = || fs::read_dir(world.inbox()).unwrap().count();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while left() > 0 {
        let what = "the license server takes everything, and rejects nothing";
        assert!(std::time::Instant::now() < deadline, "{what}: {} left", left());
        tokio::task::yield_now().await;
    }

    let next = world.vendor.issue(&corrected.renewal(now));
    world.office.publish(&next).await;
    in_use(&next).await;
    service.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_verification_code_is_gone_once_the_installation_is_enrolled() {
    let world = World::start().await;
    let (service, _) = connected(&world).await;
    let secrets: Vec<String> = fs::read_dir(world.folder.path().join("state/secrets"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(secrets.iter().all(|name| !name.contains("verification")), "{secrets:?}");
    assert_eq!(world.office.books.installations(world::SERIAL_NUMBER).await, 1);
    service.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_file_that_cannot_be_written_is_tried_again_until_it_can() {
    let world = World::start().await;
    let (service, first) = connected(&world).await;
    let cursor = world.folder.path().join("state").join("cursor");
    let _ = fs::remove_file(&cursor); // written when there was something to write
    fs::create_dir(&cursor).unwrap();
    let mut events = service.events();
    world.office.publish(&world.vendor.issue(&first.renewal(world::now()))).await;
    let failed = |event| match event {
        EventKind::ConnectionFailed { stage, detail } => Some((stage, detail)),
        _ => None,
    };
    let (stage, detail) = until(&mut events, failed).await;
    assert_eq!(stage, Stage::Settings);
    assert!(detail.contains(&cursor.display().to_string()), "{detail}");
    until(&mut events, failed).await; // it is tried again by itself

    fs::remove_dir(&cursor).unwrap();
    until_shown(&service, |snapshot| snapshot.light.is_green() && cursor.is_file()).await;
    service.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_within_two_seconds_while_a_poll_is_held() {
    let world = World::start().await;
    let (service, _) = connected(&world).await;
    let begun = std::time::Instant::now();
    service.stop().await;
    assert!(begun.elapsed() < std::time::Duration::from_secs(2));
    world.stop().await;
}
