//! A vendor, a back office and a license server on loopback, in temporary folders: for demos and tests.
//!
//! Everything is real: TLS with a private certificate authority, signatures both ways, an SQLite file, a folder that a
//! license server empties. Nothing outlives the [`World`].
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::missing_errors_doc,
    reason = "for demos and tests: what fails, ends them"
)]

mod books;
mod customer;
mod help_desk;
mod installation;
mod office;
mod vendor;
mod visitor;

use std::net::SocketAddr;
use std::path::PathBuf;

use floating_license_server::FloatingLicenseServer;
use remote_service::settings::{LicenseServerKind, StatusKind, secret};
use remote_service::{Builder, Import, Product, RemoteService, Running, Settings, StateDir};
use secrecy::ExposeSecret;

pub use books::{Asked, Books};
pub use customer::customer;
pub use help_desk::{HelpDesk, PASSWORD};
pub use installation::Installation;
pub use office::Office;
pub use vendor::{PRODUCT, SERIAL_NUMBER, SignedLicense, Terms, Vendor};
pub use visitor::Visitor;

/// The time it is.
#[allow(clippy::disallowed_methods, reason = "demos and tests begin now")]
pub fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}

/// The other ends, running.
#[derive(Debug)]
pub struct World {
    /// Holds everything on disk; removed with the world.
    pub folder: tempfile::TempDir,
    /// Who signs licenses.
    pub vendor: Vendor,
    /// The back office.
    pub office: Office,
    license_server: floating_license_server::Running,
}

impl World {
    /// Starts back office and license server on free ports of 127.0.0.1.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// The same, with another configuration of the back office.
    pub async fn start_with(adjust: impl FnOnce(&mut back_office_server::Config)) -> Self {
        // A second call answers that it is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let vendor = Vendor::new();
        let office = Office::start(folder.path(), &vendor, adjust).await;
        let inbox = folder.path().join("DroppedLicense");
        std::fs::create_dir(&inbox).expect("an inbox");
        let license_server = license_server(&inbox, &vendor).await;
        Self { folder, vendor, office, license_server }
    }

    /// The license server's inbox.
    pub fn inbox(&self) -> PathBuf {
        self.folder.path().join("DroppedLicense")
    }

    /// Where the license server answers.
    pub fn license_server_address(&self) -> SocketAddr {
        self.license_server.address()
    }

    /// Settings for an installation of this world; not enabled yet.
    pub fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        settings.back_office.url = Some(self.office.url.clone());
        settings.back_office.service_organization_id =
            Some(self.office.organization.service_organization_id.clone());
        settings.back_office.ca_files = vec![self.office.ca_file.clone()];
        settings.proxy.mode = remote_service::proxy::Mode::Direct;
        settings.license.server = LicenseServerKind::Folder;
        settings.license.folder = Some(self.inbox());
        settings.license.status = StatusKind::Http;
        settings.license.status_address = Some(self.license_server_address().to_string());
        settings.notices.time_zone = "UTC".to_owned();
        settings
    }

    /// The product with the Remote Service inside, its state under `name`, not enabled yet.
    pub async fn install(&self, name: &str) -> Running {
        self.begin(self.builder(name)).await
    }

    /// The same before it starts: with its state under `name`, and nothing else that is not said.
    pub fn builder(&self, name: &str) -> Builder {
        let product = Product::new(PRODUCT, "1.4.0").and_then(|product| product.checked_since("1.2.0"));
        let state = StateDir::open(self.folder.path().join(name)).expect("a state directory");
        RemoteService::builder(state)
            .product(product.expect("a good product").base_feature("PRISMADIRECT"))
            .trusted_keys(self.vendor.keys())
            .settings(self.settings())
    }

    /// Starts it, with the verification code of this world.
    pub async fn begin(&self, builder: Builder) -> Running {
        let running = builder.build().expect("a service").start();
        let code = self.office.organization.verification_code.expose_secret().into();
        running.set_secret(secret::VERIFICATION_CODE, code).await.expect("a stored code");
        running
    }

    /// Issues a license, makes it known to the back office and imports it: what every installation begins with.
    pub async fn first_license(&self, service: &Running, terms: &Terms) {
        let license = self.vendor.issue(terms);
        self.office.publish(&license).await;
        let SignedLicense { envelope, file } = license;
        service.import_license(Import::Signed { envelope, file }).await.expect("a license that is accepted");
    }

    /// Stops everything in order.
    pub async fn stop(self) {
        drop(self.close().await);
    }

    /// The same, and leaves what lies on disk.
    pub async fn close(self) -> tempfile::TempDir {
        self.license_server.stop().await;
        self.office.stop().await;
        self.folder
    }
}

async fn license_server(inbox: &std::path::Path, vendor: &Vendor) -> floating_license_server::Running {
    let config = floating_license_server::Config::new(
        inbox,
        floating_license_server::Acceptance::Signed(vendor.keys()),
        SocketAddr::from(([127, 0, 0, 1], 0)),
    );
    FloatingLicenseServer::start(config).await.expect("a license server")
}
