use proxy_config::HttpClient;
use url::Url;

use super::{Failure, Visit};
use crate::settings::secret;
use crate::way::Way;
use crate::{Error, Stage};

/// A way to the back office; it must live as long as the clients made from it.
pub(super) struct Connection {
    pub(super) http: HttpClient,
    pub(super) url: Url,
    pub(super) authority: String,
}

impl Visit<'_> {
    pub(super) async fn connect(&self) -> Result<Connection, Failure> {
        let Some(url) = self.settings.back_office.url.clone() else {
            return Err(Failure::until_changed(
                Stage::Settings,
                &Error::Setting { key: "back_office.url", problem: "is not set" },
            ));
        };
        let settings = |error: Error| Failure::until_changed(Stage::Settings, &error);
        let password = self.shared.secrets.get(secret::PROXY_PASSWORD).map_err(settings)?;
        let way = Way::new(self.settings, password).map_err(settings)?;
        let http = way
            .client(&url, &self.shared.health)
            .await
            .map_err(|error| Failure::until_changed(Stage::Proxy, &error))?;
        let authority = authority(&url);
        Ok(Connection { http, url, authority })
    }
}

/// Host, and port unless it is the scheme's own: what the back office's keys are issued for.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
