use std::time::Duration;

use back_office::retry::Again;
use proxy_config::{HttpClient, StageName};
use url::Url;

use super::{Failure, Visit};
use crate::settings::secret;
use crate::way::Way;
use crate::{Error, Stage, chain};

/// A way to the back office; it must live as long as the clients made from it.
pub(super) struct Connection {
    pub(super) http: HttpClient,
    pub(super) url: Url,
    pub(super) authority: String,
}

impl Visit<'_> {
    pub(super) async fn connect(&self) -> Result<Connection, Failure> {
        let Some(url) = self.settings.back_office.url.clone() else {
            return Err(Failure::here(Error::Setting { key: "back_office.url", problem: "is not set" }));
        };
        let password = self.shared.secrets.get(secret::PROXY_PASSWORD).map_err(Failure::here)?;
        let way = Way::new(self.settings, password).map_err(Failure::here)?;
        let http = way.client(&url, &self.shared.finder, &self.shared.health).await.map_err(no_way)?;
        let authority = authority(&url);
        Ok(Connection { http, url, authority })
    }
}

/// A setting that is wrong stays so; whoever serves a script may be back soon.
fn no_way(error: proxy_config::Error) -> Failure {
    let again = match StageName::of(&error) {
        StageName::Settings => Again::Never,
        _ => Again::Later { extra: Duration::ZERO },
    };
    Failure { stage: Stage::Proxy, detail: chain(&error), again }
}

/// Host, and port unless it is the scheme's own: what the back office's keys are issued for.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(all(test, feature = "pac"))]
mod tests {
    use std::sync::Arc;

    use back_office::retry::Hold;
    use mockito::Server;

    use super::*;
    use crate::settings::Settings;
    use crate::shared::Shared;
    use crate::{Product, RemoteService, StateDir};

    const SCRIPT: &str = "function FindProxyForURL() { return 'PROXY proxy.test:8080'; }";

    async fn visit(shared: &Arc<Shared>) -> Result<(), Failure> {
        let (settings, hold) = (shared.settings(), &mut Hold::default());
        let visit = Visit { shared, settings: &settings, hold, answered_since: None, quarantined: false };
        visit.connect().await.map(drop)
    }

    #[expect(clippy::unwrap_used, reason = "a helper of tests")]
    fn service(folder: &tempfile::TempDir, pac_url: String) -> RemoteService {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut settings = Settings::default();
        settings.back_office.url = Some("https://back-office.test/".parse().unwrap());
        settings.proxy.pac_url = Some(pac_url);
        RemoteService::builder(StateDir::open(folder.path()).unwrap())
            .product(Product::new("PRISMAdirect", "1.4.0").unwrap())
            .trusted_keys(signed_envelope::SigningKey::generate().unwrap().public().into())
            .settings(settings)
            .build()
            .unwrap()
    }

    #[tokio::test]
    async fn visits_fetch_the_script_once_and_again_after_a_change_of_settings() {
        let (mut server, folder) = (Server::new_async().await, tempfile::tempdir().unwrap());
        let script = server.mock("GET", "/proxy.pac").with_body(SCRIPT).expect(1).create_async().await;
        let service = service(&folder, format!("{}/proxy.pac", server.url()));
        let (shared, running) = (service.shared.clone(), service.start());
        for _ in 0..2 {
            visit(&shared).await.unwrap();
        }
        script.assert_async().await;
        script.remove_async().await;

        let script = server.mock("GET", "/proxy.pac").with_body(SCRIPT).expect(1).create_async().await;
        running.update_settings(|settings| settings.notices.window_months = 2).await.unwrap();
        let asked_again = async {
            while !script.matched_async().await {
                visit(&shared).await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(10), asked_again).await.unwrap();
        visit(&shared).await.unwrap();
        script.assert_async().await;
        running.stop().await;
    }

    #[tokio::test]
    async fn a_script_whose_server_is_down_is_asked_for_again() {
        let (mut server, folder) = (Server::new_async().await, tempfile::tempdir().unwrap());
        let down = server.mock("GET", "/proxy.pac").with_status(503).create_async().await;
        let service = service(&folder, format!("{}/proxy.pac", server.url()));
        let failure = visit(&service.shared).await.unwrap_err();
        assert!(
            matches!(failure, Failure { stage: Stage::Proxy, again: Again::Later { .. }, .. }),
            "{failure:?}"
        );
        down.remove_async().await;
        server.mock("GET", "/proxy.pac").with_body(SCRIPT).create_async().await;
        visit(&service.shared).await.unwrap();
    }
}
