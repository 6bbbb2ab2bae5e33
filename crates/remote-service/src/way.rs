//! The way out of the customer's network, by the settings: the same for every outgoing call.

use std::path::PathBuf;

use proxy_config::{Credentials, Finder, Findings, HttpClient, ProxySettings, SharedHealth, TlsTrust};
use secrecy::SecretString;
use url::Url;

use crate::Error;
use crate::settings::Settings;
use crate::time::now;

const CA_FILE_LIMIT: u64 = 1024 * 1024;

/// Proxy, login and trust, as they were read.
pub(crate) struct Way {
    pub(crate) proxy: ProxySettings,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) trust: TlsTrust,
}

impl Way {
    /// `password` is the proxy's. Reads the files with certificate authorities.
    pub(crate) fn new(settings: &Settings, password: Option<SecretString>) -> Result<Self, Error> {
        let read = |path: &PathBuf| {
            durable_file::read_limited(path, CA_FILE_LIMIT)
                .map_err(|source| Error::File { path: path.clone(), source })
        };
        let ca_files_pem = settings.back_office.ca_files.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self {
            proxy: settings.proxy.clone(),
            credentials: password.and_then(|password| Credentials::from_settings(&settings.proxy, password)),
            trust: TlsTrust { ca_files_pem, ..TlsTrust::default() },
        })
    }

    /// What this computer says about the way to `url`.
    pub(crate) async fn findings(&self, url: &Url, finder: &Finder) -> Result<Findings, proxy_config::Error> {
        let local = now().with_timezone(&chrono::Local).fixed_offset();
        finder.find(&self.proxy, &self.trust, url, local).await
    }

    /// A client for `url`; it must live as long as what is made from it.
    pub(crate) async fn client(
        &self,
        url: &Url,
        finder: &Finder,
        health: &SharedHealth,
    ) -> Result<HttpClient, proxy_config::Error> {
        let findings = self.findings(url, finder).await?;
        let route = proxy_config::decide(&self.proxy, &findings, url, now(), &health.snapshot())?;
        proxy_config::client(&route, self.credentials.as_ref(), &self.trust, health).await
    }
}
