//! An installation with a console, and the people who use it.
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::http::HeaderMap;
use remote_service::license::Digest;
use remote_service::secret_store::SecretStore;
use remote_service::settings::LicenseServerKind;
use remote_service::{Import, Product, RemoteService, Running, Settings, StateDir};
use remote_service_console::{Authenticator, Console, Role, User};
use secrecy::{ExposeSecret, SecretString};
use world::{PRODUCT, SignedLicense, Terms, Vendor};

use crate::browser::Browser;

pub(crate) const PASSWORD: &str = "correct horse battery";
/// Where the pages lie below the product's own.
pub(crate) const BASE: &str = "/remote-service";

/// Alex administers, Kim may allow assistance, Robin is a user. All have the same password.
pub(crate) struct People;

impl Authenticator for People {
    fn signed_in(&self, headers: &HeaderMap) -> Option<User> {
        named(headers.get("x-product-user")?.to_str().ok()?)
    }

    fn log_in(&self, name: &str, password: &SecretString) -> Option<User> {
        named(name).filter(|_| password.expose_secret() == PASSWORD)
    }
}

fn named(name: &str) -> Option<User> {
    let role = match name {
        "alex" => Role::Admin,
        "kim" => Role::Assistance,
        "robin" => Role::User,
        _ => return None,
    };
    Some(User { name: name.to_owned(), role })
}

/// An installation that talks to nobody: it is not enabled.
pub(crate) struct Site {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) vendor: Vendor,
    pub(crate) running: Arc<Running>,
    pub(crate) router: Router,
}

impl Site {
    pub(crate) fn start() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vendor = Vendor::new();
        let inbox = folder.path().join("DroppedLicense");
        std::fs::create_dir(&inbox).unwrap();
        let mut settings = Settings::default();
        settings.license.server = LicenseServerKind::Folder;
        settings.license.folder = Some(inbox);
        settings.notices.time_zone = "UTC".to_owned();
        change(&mut settings);
        let product = Product::new(PRODUCT, "1.4.0").unwrap().base_feature("PRISMADIRECT");
        let state = StateDir::open(folder.path().join("state")).unwrap();
        let service = RemoteService::builder(state)
            .product(product)
            .trusted_keys(vendor.keys())
            .settings(settings)
            .build()
            .unwrap();
        let running = Arc::new(service.start());
        let router = Console::builder(running.clone()).authenticator(People).base_path(BASE).build();
        Self { folder, vendor, running, router }
    }

    /// A browser of somebody who is logged in.
    pub(crate) async fn browser_of(&self, name: &str) -> Browser {
        let mut browser = Browser::new(&self.router);
        browser.log_in(name).await;
        browser
    }

    pub(crate) fn inbox(&self) -> PathBuf {
        self.folder.path().join("DroppedLicense")
    }

    pub(crate) fn first(&self) -> SignedLicense {
        self.vendor.issue(&Terms::first(world::now()))
    }

    /// Imports a license, and waits until it lies in the inbox or cannot be put there.
    pub(crate) async fn import(&self, license: &SignedLicense) -> Digest {
        let SignedLicense { envelope, file } = license.clone();
        let imported = self.running.import_license(Import::Signed { envelope, file }).await.unwrap();
        let remote_service::Imported::Accepted { license, .. } = imported else { panic!("{imported:?}") };
        eventually("a delivery that worked or failed", async || {
            let snapshot = self.running.snapshot();
            let waits =
                |entry: &remote_service::license::Entry| entry.digest == license && entry.failure.is_none();
            !snapshot.license.outbox.iter().any(waits)
        })
        .await;
        license
    }

    /// The secret of that name, as it lies in the store.
    pub(crate) fn secret(&self, name: &str) -> Option<String> {
        use remote_service::secret_store::{KeySource, SealedFolder};
        let folder = self.folder.path().join("state/secrets");
        let store = SealedFolder::open(&folder, KeySource::File(folder.join("key"))).unwrap();
        store.get(name).unwrap().map(|value| value.expose_secret().to_owned())
    }
}

/// Looks again and again until something is so, for 10 s.
pub(crate) async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
    while !is_so().await {
        assert!(tokio::time::Instant::now() < deadline, "not within 10 s: {what}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}
