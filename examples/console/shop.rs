//! A print shop that has just installed the product: its console is open, and nothing is set yet.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use back_office_server::Role as OfficeRole;
use remote_service::Running;
use remote_service::assistance::{Availability, InMemoryBroker, InMemoryClient};
use remote_service_console::{Console, Role, UserFile};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;
use world::{PASSWORD, SignedLicense, Terms, Visitor, World};

/// Administers the print shop's product.
pub const ADMINISTRATOR: &str = "alex";
/// Helps from the service organization.
pub const HELPER: &str = "robin";

pub struct Shop {
    running: Arc<Running>,
    /// The console.
    pub url: Url,
    /// The first license, as it came by mail: license file and envelope.
    pub mail: [PathBuf; 2],
    serving: JoinHandle<()>,
}

impl Shop {
    pub async fn open(world: &World, first: &Terms) -> Self {
        let mut settings = world.settings();
        settings.back_office.service_organization_id = None; // somebody types it
        let there = Availability { remote_desktop: true, vpn: true };
        let service = world
            .builder("state")
            .settings(settings)
            .remote_desktop(InMemoryClient::new(there), InMemoryBroker::default())
            .build()
            .expect("a service");
        let running = Arc::new(service.start());
        let users = UserFile::open(world.folder.path().join("console-users.json"));
        users.add(ADMINISTRATOR, Role::Admin, &PASSWORD.to_owned().into()).expect("an account");
        let console =
            Console::builder(running.clone()).base_path("/remote-service").authenticator(users).build();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        // Browsers keep cookies without TLS for this name alone.
        let url = format!("http://localhost:{port}/remote-service/").parse().expect("a URL");
        let pages = console.into_make_service_with_connect_info::<SocketAddr>();
        let serving = tokio::spawn(async move { axum::serve(listener, pages).await.expect("a listener") });
        Self { running, url, mail: mail(world, first).await, serving }
    }

    /// Adds an account at the help desk's site.
    pub async fn hire_help_desk(&self, world: &World) {
        let (administration, password) = (world.office.server().administration(), PASSWORD.to_owned().into());
        let organization = &world.office.organization.service_organization_id;
        let added = administration.add_user(organization, HELPER, OfficeRole::HelpDesk, &password).await;
        added.expect("a new account");
    }

    /// Logs in at both sites, and looks at the page that follows.
    pub async fn answers_a_login(&self, world: &World) -> Result<(), String> {
        for (site, url, name, shown) in [
            ("console", &self.url, ADMINISTRATOR, "No license is installed yet."),
            ("help desk", &world.office.url, HELPER, "Log out"),
        ] {
            let mut visitor = Visitor::new(world.office.http(), url.clone());
            visitor.log_in(name, PASSWORD).await;
            if !visitor.page("").await.contains(shown) {
                return Err(format!("{site}: the page after the login does not say {shown:?}"));
            }
            println!("{site}: {name} is logged in");
        }
        Ok(())
    }

    pub async fn close(self) {
        self.serving.abort();
        self.running.stop().await;
    }
}

/// Sells the first license, and puts its files where a form can be given them.
async fn mail(world: &World, first: &Terms) -> [PathBuf; 2] {
    let license = world.vendor.issue(first);
    world.office.publish(&license).await;
    let SignedLicense { envelope, file } = license;
    let folder = world.folder.path().join("mail");
    std::fs::create_dir(&folder).expect("a folder");
    let files = ["prismadirect.lic", "prismadirect.lic.dsse"].map(|name| folder.join(name));
    std::fs::write(&files[0], file).expect("a license file");
    std::fs::write(&files[1], envelope).expect("an envelope");
    files
}
