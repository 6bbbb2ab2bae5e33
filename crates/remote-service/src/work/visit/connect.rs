use proxy_config::{Credentials, Finder, HttpClient, TlsTrust, decide};
use url::Url;

use super::{Failure, Visit};
use crate::settings::secret;
use crate::time::now;
use crate::{Error, Stage};

/// A way to the back office; it must live as long as the clients made from it.
pub(super) struct Connection {
    pub(super) http: HttpClient,
    pub(super) url: Url,
    pub(super) authority: String,
}

const CA_FILE_LIMIT: u64 = 1024 * 1024;

impl Visit<'_> {
    pub(super) async fn connect(&self) -> Result<Connection, Failure> {
        let Some(url) = self.settings.back_office.url.clone() else {
            return Err(Failure::until_changed(
                Stage::Settings,
                &Error::Setting { key: "back_office.url", problem: "is not set" },
            ));
        };
        let settings = |error: Error| Failure::until_changed(Stage::Settings, &error);
        let trust = self.trust().map_err(settings)?;
        let credentials = self.credentials().map_err(settings)?;
        let proxy = |error: proxy_config::Error| Failure::until_changed(Stage::Proxy, &error);
        let health = &self.shared.health;
        let local = now().with_timezone(&chrono::Local).fixed_offset();
        let findings = Finder::new(&trust).find(&self.settings.proxy, &url, local).await.map_err(proxy)?;
        let route =
            decide(&self.settings.proxy, &findings, &url, now(), &health.snapshot()).map_err(proxy)?;
        let http = proxy_config::client(&route, credentials.as_ref(), &trust, health).await.map_err(proxy)?;
        let authority = authority(&url);
        Ok(Connection { http, url, authority })
    }

    fn trust(&self) -> Result<TlsTrust, Error> {
        let read = |path: &std::path::PathBuf| {
            durable_file::read_limited(path, CA_FILE_LIMIT)
                .map_err(|source| Error::StateDir { path: path.clone(), source })
        };
        let ca_files_pem = self.settings.back_office.ca_files.iter().map(read).collect::<Result<_, _>>()?;
        Ok(TlsTrust { ca_files_pem, ..TlsTrust::default() })
    }

    fn credentials(&self) -> Result<Option<Credentials>, Error> {
        let password = self.shared.secrets.0.get(secret::PROXY_PASSWORD);
        let password = password.map_err(|source| Error::Secrets { source })?;
        Ok(password.and_then(|password| Credentials::from_settings(&self.settings.proxy, password)))
    }
}

/// Host, and port unless it is the scheme's own: what the back office's keys are issued for.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
