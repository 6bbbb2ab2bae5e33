//! A back office with customers, and the people who help them.
use back_office_server::{Administration, Role};
use browser::{Browser, Visit};
use signed_envelope::Digest;
use world::{SignedLicense, Terms, World};

pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) struct Desk {
    pub(crate) world: World,
}

impl Desk {
    /// A back office with one organization.
    pub(crate) async fn start() -> Self {
        Self { world: World::start().await }
    }

    pub(crate) fn administration(&self) -> Administration {
        self.world.office.server().administration()
    }

    pub(crate) fn organization(&self) -> &str {
        &self.world.office.organization.service_organization_id
    }

    /// The address of a page.
    pub(crate) fn page(&self, path: &str) -> String {
        self.world.office.url.join(path).unwrap().into()
    }

    /// Publishes the license that a customer begins with.
    pub(crate) async fn sell(&self, serial_number: &str) -> (SignedLicense, Terms) {
        let terms = Terms { serial_number: serial_number.to_owned(), ..Terms::first(world::now()) };
        let license = self.world.vendor.issue(&terms);
        self.world.office.publish(&license).await;
        (license, terms)
    }

    /// Hires somebody for the organization.
    pub(crate) async fn hire(&self, name: &str, role: Role) {
        let password = PASSWORD.to_owned().into();
        self.administration().add_user(self.organization(), name, role, &password).await.unwrap();
    }

    /// Logs `name` in with a browser.
    pub(crate) async fn log_in(&self, visit: Visit, name: &str) -> Browser {
        let browser = visit.open().await;
        browser.go(&self.page("/")).await;
        browser.fill("User name", name).await;
        browser.fill("Password", PASSWORD).await;
        browser.click("button", "Log in").await;
        browser.sees("Log out").await;
        browser
    }
}

/// What an installation says of the license that it has.
pub(crate) fn digest(license: &SignedLicense) -> Digest {
    Digest::of(&license.file)
}
