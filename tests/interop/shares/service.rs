//! The whole service with a share as its license server's inbox.
use std::time::Duration;

use floating_license_server::{Acceptance, Config, FloatingLicenseServer};
use license_lifecycle::{Digest, server::ServerErrorKind};
use remote_service::{
    EventKind, Events, Import, Product, RemoteService, Running, Settings, StateDir,
    settings::{LicenseServerKind, StatusKind, secret},
};
use world::{PRODUCT, SignedLicense, Terms, Vendor};

use crate::samba::{Samba, WRITER, contents};

const DEADLINE: Duration = Duration::from_secs(30);

struct Installation {
    vendor: Vendor,
    terms: Terms,
    service: Running,
    _state: tempfile::TempDir,
}

impl Installation {
    async fn new(port: u16, vendor: Vendor, password: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let state = tempfile::tempdir().unwrap();
        let mut settings = Settings::default();
        settings.license.server = LicenseServerKind::Smb;
        settings.license.share = Some(format!("smb://127.0.0.1:{port}/DroppedLicense"));
        settings.credentials.domain = Some("PRINTDOM".to_owned());
        settings.credentials.user = Some(WRITER.0.to_owned());
        change(&mut settings);
        let builder = RemoteService::builder(StateDir::open(state.path().join("state")).unwrap());
        let service = builder
            .product(Product::new(PRODUCT, "1.4.0").unwrap())
            .trusted_keys(vendor.keys())
            .settings(settings)
            .build()
            .unwrap()
            .start();
        service.set_secret(secret::REMOTE_SERVICE_PASSWORD, password.into()).await.unwrap();
        let terms = Terms::first(world::now());
        Self { vendor, terms, service, _state: state }
    }

    async fn import(&self) -> SignedLicense {
        let license = self.vendor.issue(&self.terms);
        let SignedLicense { envelope, file } = license.clone();
        self.service.import_license(Import::Signed { envelope, file }).await.unwrap();
        license
    }
}

async fn until<T>(events: &mut Events, wanted: impl Fn(EventKind) -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = wanted(events.next().await.expect("the service runs").kind) {
                return found;
            }
        }
    };
    tokio::time::timeout(DEADLINE, found).await.expect("the event comes in time")
}

fn failed(event: EventKind) -> Option<(Digest, ServerErrorKind, String)> {
    match event {
        EventKind::DeliveryFailed { license, kind, server } => Some((license, kind, server)),
        _ => None,
    }
}

fn in_use(event: EventKind) -> Option<bool> {
    match event {
        EventKind::LicenseInUse { confirmed, .. } => Some(confirmed),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_license_goes_over_the_share_to_the_license_server_and_comes_into_use() {
    let samba = Samba::start();
    let vendor = Vendor::new();
    // Its inbox is the folder behind the share.
    let acceptance = Acceptance::Signed(vendor.keys());
    let mut config = Config::new(samba.folder("dropped"), acceptance, ([127, 0, 0, 1], 0).into());
    config.state = samba.root().join("license-server-state");
    let server = FloatingLicenseServer::start(config).await.unwrap();
    let address = server.address().to_string();
    let here = Installation::new(samba.port, vendor, WRITER.1, |settings| {
        settings.license.status = StatusKind::Http;
        settings.license.status_address = Some(address);
    })
    .await;
    let mut events = here.service.events();
    here.import().await;
    assert!(until(&mut events, in_use).await, "the license server says so itself");
    assert_eq!(here.service.snapshot().license.outbox.len(), 0);
    here.service.stop().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_costs_one_log_on_until_it_is_changed() {
    let samba = Samba::start();
    let here = Installation::new(samba.port, Vendor::new(), "wrong", |_| {}).await;
    let mut events = here.service.events();
    here.import().await;
    let (_, kind, server) = until(&mut events, failed).await;
    let named = format!(r"\\127.0.0.1:{}\DroppedLicense", samba.port);
    assert_eq!((kind, server), (ServerErrorKind::BadCredentials, named));
    assert_eq!(samba.refused_log_ons(), 1);

    // Another license finds the log-on refused: it waits, and nobody knocks.
    let next = Installation { terms: here.terms.renewal(world::now()), ..here };
    next.import().await;
    tokio::time::timeout(Duration::from_secs(3), until(&mut events, failed))
        .await
        .expect_err("no second failure");
    assert_eq!(samba.refused_log_ons(), 1);

    next.service.set_secret(secret::REMOTE_SERVICE_PASSWORD, WRITER.1.into()).await.unwrap();
    until(&mut events, |event| matches!(event, EventKind::LicenseDelivered { .. }).then_some(())).await;
    assert_eq!(samba.refused_log_ons(), 1);

    // Nobody empties this inbox but us; that it is empty is seen over the share.
    let dropped = samba.folder("dropped").join("prismadirect.lic");
    assert_eq!(contents(&samba.folder("dropped")).len(), 1, "the file alone, for a FlexNet server");
    std::fs::remove_file(dropped).unwrap();
    assert!(!until(&mut events, in_use).await, "picked up, and nobody says that it is in use");
    next.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_goes_bad_while_the_inbox_is_watched_costs_one_log_on() {
    let samba = Samba::start();
    let here = Installation::new(samba.port, Vendor::new(), WRITER.1, |_| {}).await;
    let mut events = here.service.events();
    here.import().await;
    until(&mut events, |event| matches!(event, EventKind::LicenseDelivered { .. }).then_some(())).await;
    samba.change_password(WRITER.0, "another");
    let deadline = std::time::Instant::now() + DEADLINE;
    while samba.refused_log_ons() == 0 {
        assert!(std::time::Instant::now() < deadline, "the inbox is not watched");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // At the pace of the watch there would be two more by then.
    let knocks_again = async {
        while samba.refused_log_ons() < 2 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(8), knocks_again).await.expect_err("nobody knocks again");
    here.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_a_delivery_that_hangs() {
    // Takes connections, and says nothing.
    let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = mute.local_addr().unwrap().port();
    let here = Installation::new(port, Vendor::new(), WRITER.1, |_| {}).await;
    let mut events = here.service.events();
    let older = here.import().await.digest();
    let (connection, _) = mute.accept().await.unwrap();

    let next = Installation { terms: here.terms.renewal(world::now()), ..here };
    let stick = tempfile::tempdir().unwrap();
    let saved = tokio::task::block_in_place(|| next.service.outbox().save(older, stick.path()));
    assert!(saved.unwrap().license.exists());
    let newer = next.import().await.digest();
    let still = tokio::time::timeout(Duration::ZERO, until(&mut events, failed)).await;
    still.expect_err("the delivery is under way all the time");
    let waiting = || {
        let snapshot = next.service.snapshot();
        let entries = snapshot.license.outbox.iter();
        entries.map(|entry| (entry.digest, entry.failure.is_some())).collect::<Vec<_>>()
    };
    assert_eq!(waiting(), [(newer, false)]);

    drop(connection);
    assert_eq!(until(&mut events, failed).await.0, older);
    assert_eq!(waiting(), [(newer, true)], "the newer one would fail there, too");
    next.service.stop().await;
}
