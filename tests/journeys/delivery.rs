//! What becomes of a license that cannot be delivered, and of one that nobody takes.

use std::fs;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use remote_service::license::server::ServerErrorKind;
use remote_service::license::{Notice, Place};
use remote_service::settings::StatusKind;
use remote_service::{EventKind, Import, Product, RemoteService, Running, Settings, StateDir};
use world::{PRODUCT, SignedLicense, Terms, World};

use crate::steps::{DEADLINE, until, until_shown};

/// The installation once more, with the settings that it saved.
async fn again(world: &World, state: &Path) -> RemoteService {
    let begun = std::time::Instant::now();
    loop {
        // Whoever was stopped frees its state when its last piece of work has ended.
        match StateDir::open(state) {
            Ok(state) => {
                let product = Product::new(PRODUCT, "1.4.0").unwrap().base_feature("PRISMADIRECT");
                let builder = RemoteService::builder(state).product(product);
                return builder.trusted_keys(world.vendor.keys()).build().unwrap();
            }
            Err(error) => assert!(begun.elapsed() < DEADLINE, "{error}"),
        }
        tokio::task::yield_now().await;
    }
}

async fn import(world: &World, service: &Running, terms: &Terms) -> SignedLicense {
    let license = world.vendor.issue(terms);
    let SignedLicense { envelope, file } = license.clone();
    service.import_license(Import::Signed { envelope, file }).await.unwrap();
    license
}

fn not_updated(service: &Running) -> Option<(String, ServerErrorKind)> {
    service.snapshot().notices_for(Place::Page, world::now()).into_iter().find_map(|notice| match notice {
        Notice::LicenseNotUpdated { server, kind, .. } => Some((server, kind)),
        _ => None,
    })
}

/// An installation whose license server's folder is not there.
async fn without_folder(world: &World) -> (Running, std::path::PathBuf) {
    let service = world.install("state").await;
    let missing = world.folder.path().join("not-mounted");
    let folder = Some(missing.clone());
    service.update_settings(|settings| settings.license.folder = folder).await.unwrap();
    (service, missing)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_license_that_a_person_copied_clears_the_failure_also_after_a_restart() {
    let world = World::start().await;
    let (service, missing) = without_folder(&world).await;
    let license = import(&world, &service, &Terms::first(world::now())).await;
    let failure = Some((missing.display().to_string(), ServerErrorKind::PathNotFound));
    until_shown(&service, |_| not_updated(&service) == failure).await;
    service.stop().await;

    let service = again(&world, &world.folder.path().join("state")).await.start();
    assert_eq!(not_updated(&service), failure, "the notice survives a restart");
    service.outbox().save(license.digest(), &world.inbox()).unwrap();
    until_shown(&service, |snapshot| snapshot.license.seen.is_some_and(|seen| seen.confirmed)).await;
    assert_eq!(not_updated(&service), None);
    assert_eq!(service.snapshot().license.outbox.len(), 0);
    assert_eq!(service.snapshot().license.in_force.as_ref().unwrap().digest, license.digest());
    service.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_delivery_is_made_when_somebody_asks_and_a_newer_license_takes_its_place() {
    let world = World::start().await;
    let (service, missing) = without_folder(&world).await;
    let mut events = service.events();
    let first = Terms::first(world::now());
    import(&world, &service, &first).await;
    let failed = |event| match event {
        EventKind::DeliveryFailed { kind, .. } => Some(kind),
        _ => None,
    };
    assert_eq!(until(&mut events, failed).await, ServerErrorKind::PathNotFound);
    let newer = import(&world, &service, &first.renewal(world::now())).await;
    assert_eq!(until(&mut events, failed).await, ServerErrorKind::PathNotFound);
    let waiting: Vec<_> = service.snapshot().license.outbox.iter().map(|entry| entry.digest).collect();
    assert_eq!(waiting, [newer.digest()], "the older one is superseded");

    fs::create_dir(&missing).unwrap();
    service.retry_deliveries().await.unwrap();
    let delivered = |event| match event {
        EventKind::LicenseDelivered { license, .. } => Some(license),
        _ => None,
    };
    assert_eq!(until(&mut events, delivered).await, newer.digest());
    assert_eq!(fs::read(missing.join("prismadirect.lic")).unwrap(), newer.file);
    service.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_license_that_nobody_takes_within_a_minute_is_told_until_somebody_takes_it() {
    let world = World::start().await;
    let service = world.install("state").await;
    let inbox = world.folder.path().join("nobody's");
    fs::create_dir(&inbox).unwrap();
    let change = |settings: &mut Settings| {
        settings.license.folder = Some(inbox.clone());
        settings.license.status = StatusKind::None;
    };
    service.update_settings(change).await.unwrap();
    import(&world, &service, &Terms::first(world::now())).await;
    until_shown(&service, |snapshot| snapshot.license.in_force.is_some()).await;
    service.stop().await;

    // A minute later.
    let state = world.folder.path().join("state");
    drop(again(&world, &state).await); // whoever was stopped has ended
    age(&state.join("license/state.json"), TimeDelta::minutes(1));
    let service = again(&world, &state).await;
    let mut events = service.events();
    let service = service.start();
    let late = |event: EventKind| matches!(event, EventKind::LicenseNotPickedUp { .. }).then_some(());
    until(&mut events, late).await;
    let shown = |service: &Running| {
        let notices = service.snapshot().notices_for(Place::Page, world::now());
        notices.iter().any(|notice| matches!(notice, Notice::LicenseNotPickedUp { .. }))
    };
    assert!(shown(&service));

    // Somebody takes it, and that cannot be written down: it is looked at again.
    let (records, aside) = (state.join("license"), state.join("aside"));
    fs::rename(&records, &aside).unwrap();
    fs::write(&records, "in the way").unwrap();
    fs::remove_file(inbox.join("prismadirect.lic")).unwrap();
    service.retry_deliveries().await.unwrap(); // looks at once
    until(&mut events, late).await;
    assert!(shown(&service));
    fs::remove_file(&records).unwrap();
    fs::rename(&aside, &records).unwrap();
    service.retry_deliveries().await.unwrap();
    let in_use = |event| match event {
        EventKind::LicenseInUse { after, confirmed, .. } => Some((after, confirmed)),
        _ => None,
    };
    let (after, confirmed) = until(&mut events, in_use).await;
    assert!(!confirmed, "an empty inbox says no more");
    assert!(after >= TimeDelta::minutes(1) && after < TimeDelta::minutes(3), "{after}");
    assert!(!shown(&service));
    service.stop().await;
    world.stop().await;
}

/// Moves the time of the delivery back.
fn age(state: &Path, by: TimeDelta) {
    let mut document: serde_json::Value = serde_json::from_slice(&fs::read(state).unwrap()).unwrap();
    let accepted = document.pointer_mut("/in_force/accepted/delivered_at").unwrap();
    let delivered_at: DateTime<Utc> = serde_json::from_value(accepted.clone()).unwrap();
    *accepted = serde_json::to_value(delivered_at - by).unwrap();
    fs::write(state, document.to_string()).unwrap();
}
