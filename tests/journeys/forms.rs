//! What forms do: settings and secrets together, connection tests, credentials, licenses saved by hand.

use remote_service::settings::{LicenseServerKind, secret};
use remote_service::{Candidate, Error};
use world::{Terms, World};

use crate::steps::{connected, until_shown};

#[tokio::test(flavor = "multi_thread")]
async fn settings_and_secrets_of_a_form_are_saved_both_or_neither() {
    let world = World::start().await;
    let service = world.install("state").await;
    let before = service.settings();
    let secrets = |password: &str| vec![(secret::PROXY_PASSWORD, password.to_owned().into())];
    let refused = service.update(|settings| settings.notices.window_months = 0, secrets("wrong")).await;
    assert!(matches!(refused, Err(Error::Setting { key: "notices.window_months", .. })), "{refused:?}");
    assert_eq!(service.settings(), before);
    assert!(!service.snapshot().secrets.proxy_password);

    // A folder in the file's place: the settings cannot be written, so the secret goes back.
    let file = world.folder.path().join("state/settings.toml");
    let _ = std::fs::remove_file(&file);
    std::fs::create_dir_all(file.join("in the way")).unwrap();
    let refused = service.update(|settings| settings.notices.window_months = 2, secrets("right")).await;
    assert!(matches!(refused, Err(Error::SettingsFile { .. })), "{refused:?}");
    assert!(!service.snapshot().secrets.proxy_password);
    assert_eq!(service.settings(), before);
    std::fs::remove_dir_all(&file).unwrap();

    service.update(|settings| settings.notices.window_months = 2, secrets("right")).await.unwrap();
    assert!(service.snapshot().secrets.proxy_password);
    assert_eq!(service.settings().notices.window_months, 2);
    assert!(!std::fs::read_to_string(&file).unwrap().contains("right"));
    service.update(|_| {}, secrets("")).await.unwrap();
    assert!(!service.snapshot().secrets.proxy_password, "an empty one is deleted");
    service.stop().await;
    assert!(matches!(service.update_settings(|_| {}).await, Err(Error::Stopped)));
    world.stop().await;
}

/// The stages of a test from the back office on.
const STAGES: [&str; 7] = [
    "back_office",
    "organization",
    "share_connect",
    "share_write",
    "share_read",
    "share_modify",
    "share_delete",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_test_shows_each_stage_as_it_passes_and_changes_nothing() {
    let world = World::start().await;
    let (service, _) = connected(&world).await;
    let mut test = service.test_connection(Candidate::saved());
    let mut seen = Vec::new();
    while let Some(stage) = test.next().await {
        assert!(stage.ok, "{stage:?}");
        seen.push(stage.stage);
    }
    let report = test.finish().await;
    assert!(report.ok, "{report:?}");
    assert_eq!(seen, report.stages.iter().map(|stage| stage.stage.clone()).collect::<Vec<_>>());
    assert_eq!(seen.iter().skip_while(|stage| *stage != "back_office").collect::<Vec<_>>(), STAGES);

    let mut unsaved = (*service.settings()).clone();
    unsaved.license.folder = Some(world.folder.path().join("missing"));
    let report = service.test_connection(Candidate::unsaved(unsaved, Vec::new())).finish().await;
    assert!(!report.ok && report.advice.is_some());
    assert!(service.snapshot().light.is_green());
    assert_eq!(service.settings().license.folder, Some(world.inbox()));
    service.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_is_shown_while_the_next_one_still_waits() {
    let world = World::start().await;
    let service = world.install("state").await;
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut unsaved = (*service.settings()).clone();
    unsaved.back_office.url = Some(format!("https://{}/", silent.local_addr().unwrap()).parse().unwrap());
    let mut test = service.test_connection(Candidate::unsaved(unsaved, Vec::new()));
    let reached = async {
        while test.next().await.unwrap().stage != "reach" {} // TLS is waited for, for 20 s
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), reached).await.expect("a stage that is over");
    drop(test);
    service.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_was_not_tried_on_a_share_is_not_kept() {
    let world = World::start().await;
    let service = world.install("state").await;
    let change = |user: Option<&str>| {
        service.change_credentials(None, user.map(str::to_owned), "pass word".to_owned().into(), None)
    };
    // The folder that is in force works, and says nothing about that user.
    let refused = change(Some("fls")).await;
    let keys = ["license.share", "license.server"]; // a build without shares says so
    assert!(matches!(refused, Err(Error::Setting { key, .. }) if keys.contains(&key)), "{refused:?}");
    assert_eq!(service.settings().credentials.user, None);
    assert!(!service.snapshot().secrets.remote_service_password);

    assert!(change(None).await.unwrap().ok, "the process itself may write there");
    let missing = world.folder.path().join("missing");
    service.update_settings(|settings| settings.license.folder = Some(missing)).await.unwrap();
    let report = change(None).await.unwrap();
    assert!(!report.ok && report.advice.is_some(), "{report:?}");
    service.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_license_that_waits_is_saved_byte_for_byte_with_its_envelope() {
    let world = World::start().await;
    let service = world.install("state").await;
    service.update_settings(|settings| settings.license.server = LicenseServerKind::ByHand).await.unwrap();
    let terms = Terms::first(world::now());
    world.first_license(&service, &terms).await;
    until_shown(&service, |snapshot| !snapshot.license.outbox.is_empty()).await;
    let snapshot = service.snapshot();
    assert_eq!(snapshot.serial_number(), Some(world::SERIAL_NUMBER));
    let id = snapshot.license.outbox[0].digest;
    let files = service.outbox().files(id).unwrap();
    let stick = tempfile::tempdir().unwrap();
    let saved = service.outbox().save(id, stick.path()).unwrap();
    assert_eq!(std::fs::read(&saved.license).unwrap(), files.license.1);
    let (name, bytes) = files.envelope.unwrap();
    assert_eq!(saved.envelope, Some(stick.path().join(name.as_str())));
    assert_eq!(std::fs::read(saved.envelope.unwrap()).unwrap(), bytes);
    service.stop().await;
    world.stop().await;
}
