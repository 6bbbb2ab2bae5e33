//! A print shop: the product with its console, the vendor's back office and a license server.
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use browser::{Browser, Visit, wait_for};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use remote_service::assistance::{Availability, InMemoryBroker, InMemoryClient};
use remote_service::settings::StatusKind;
use remote_service::{Product, RemoteService, Running, Settings, StateDir};
use remote_service_console::{Console, Role, UserFile};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::task::JoinHandle;
use world::{PRODUCT, SignedLicense, World};

pub(crate) const PASSWORD: &str = "correct horse battery";
const BASE: &str = "/remote-service";

pub(crate) struct Shop {
    pub(crate) world: World,
    pub(crate) running: Arc<Running>,
    address: SocketAddr,
    /// How far the clock of the pages is ahead.
    ahead: Arc<Mutex<TimeDelta>>,
    serving: JoinHandle<()>,
}

impl Shop {
    /// A new installation: the product knows its back office, and nothing is set yet.
    pub(crate) async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let world = World::start().await;
        let mut settings = Settings::default();
        settings.back_office.url = Some(world.office.url.clone());
        settings.back_office.ca_files = vec![world.office.ca_file.clone()];
        settings.license.status = StatusKind::Http;
        settings.license.status_address = Some(world.license_server_address().to_string());
        settings.license.folder = Some(world.inbox());
        settings.notices.time_zone = "UTC".to_owned();
        change(&mut settings);
        let state = StateDir::open(world.folder.path().join("state")).unwrap();
        let there = Availability { remote_desktop: true, vpn: true };
        let service = RemoteService::builder(state)
            .product(Product::new(PRODUCT, "1.4.0").unwrap().base_feature("PRISMADIRECT"))
            .trusted_keys(world.vendor.keys())
            .settings(settings)
            .remote_desktop(InMemoryClient::new(there), InMemoryBroker::default())
            .build()
            .unwrap();
        let running = Arc::new(service.start());
        let users = UserFile::open(world.folder.path().join("console-users.json"));
        for (name, role) in [("alex", Role::Admin), ("kim", Role::Assistance), ("robin", Role::User)] {
            users.add(name, role, &PASSWORD.to_owned().into()).unwrap();
        }
        let ahead = Arc::new(Mutex::new(TimeDelta::zero()));
        let clock = ahead.clone();
        let router = Console::builder(running.clone())
            .authenticator(users)
            .base_path(BASE)
            .clock(move || world::now() + *clock.lock().unwrap_or_else(PoisonError::into_inner))
            .build();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let serving = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self { world, running, address, ahead, serving }
    }

    /// The address of a page. Browsers take our cookies from `localhost` without TLS.
    pub(crate) fn page(&self, path: &str) -> String {
        format!("http://localhost:{}{BASE}{path}", self.address.port())
    }

    /// Sets the clock of the pages to noon of a day.
    pub(crate) fn set_day(&self, day: NaiveDate) {
        let noon: DateTime<Utc> = day.and_hms_opt(12, 0, 0).unwrap().and_utc();
        *self.ahead.lock().unwrap() = noon - world::now();
    }

    /// Logs somebody in.
    pub(crate) async fn log_in(&self, visit: Visit, name: &str) -> Browser {
        let browser = visit.open().await;
        browser.go(&self.page("/")).await;
        self.fill_in_login(&browser, name).await;
        browser
    }

    pub(crate) async fn fill_in_login(&self, browser: &Browser, name: &str) {
        browser.fill("User name", name).await;
        browser.fill("Password", PASSWORD).await;
        browser.click("button", "Log in").await;
        browser.sees("Log out").await;
    }

    /// Writes a license to files that a form can be given: the license file and its envelope.
    pub(crate) fn on_a_stick(&self, license: &SignedLicense) -> (String, String) {
        let file = self.world.folder.path().join("prismadirect.lic");
        let envelope = self.world.folder.path().join("prismadirect.lic.dsse");
        std::fs::write(&file, &license.file).unwrap();
        std::fs::write(&envelope, &license.envelope).unwrap();
        (file.to_str().unwrap().to_owned(), envelope.to_str().unwrap().to_owned())
    }

    pub(crate) fn verification_code(&self) -> SecretString {
        self.world.office.organization.verification_code.expose_secret().into()
    }

    /// Ends everything but the service, which goes with the test.
    pub(crate) async fn stop_back_office(self) -> Closed {
        let Self { world, running, serving, address, .. } = self;
        // What the settings name stays where it is.
        let _folder = world.close().await;
        Closed { _running: running, _folder, serving, address }
    }
}

/// A shop whose back office is gone.
pub(crate) struct Closed {
    _running: Arc<Running>,
    _folder: tempfile::TempDir,
    serving: JoinHandle<()>,
    address: SocketAddr,
}

impl Closed {
    pub(crate) fn page(&self, path: &str) -> String {
        format!("http://localhost:{}{BASE}{path}", self.address.port())
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The help desk's own browser, with somebody of the service organization logged in.
pub(crate) async fn help_desk(shop: &Shop, name: &str) -> Browser {
    let administration = shop.world.office.server().administration();
    let organization = &shop.world.office.organization.service_organization_id;
    let password = PASSWORD.to_owned().into();
    administration.add_user(organization, name, back_office_server::Role::HelpDesk, &password).await.unwrap();
    let browser = Browser::open().await;
    browser.go(shop.world.office.url.as_str()).await;
    browser.fill("User name", name).await;
    browser.fill("Password", PASSWORD).await;
    browser.click("button", "Log in").await;
    browser
}

/// Waits until the page does not show `text` any more.
pub(crate) async fn sees_no_more(browser: &Browser, text: &str) {
    let what = format!("the page shows {text:?} no more");
    wait_for(&what, 4 * browser::PATIENCE, async || (!browser.text().await.contains(text)).then_some(()))
        .await;
}
