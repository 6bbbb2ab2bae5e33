//! Gathers the findings.
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::pac::shown;
use crate::{
    Environment, Error, Findings, Mode, ProxySettings, Repeatable, ScriptAnswer, SystemSettings, TlsTrust,
    system,
};

/// How long the system's settings are not asked for again.
const FRESH: Duration = Duration::from_secs(60);

/// When something was looked for, and what was found; nothing before the first look.
pub(crate) type Looked<T> = Arc<Mutex<Option<(Instant, Option<T>)>>>;

/// Gathers [`Findings`] for automatic mode. Keep one for the life of a service, as it remembers scripts, WPAD's answer and
/// the system's settings; in another network it looks anew by itself. Cloning shares what it remembers.
#[derive(Clone, Debug)]
pub struct Finder {
    environment: Environment,
    system: Looked<SystemSettings>,
    #[cfg(feature = "pac")]
    network: Arc<Mutex<Option<crate::network::Network>>>,
    #[cfg(feature = "pac")]
    scripts: crate::scripts::Scripts,
    #[cfg(feature = "pac")]
    wpad: crate::wpad::Wpad,
}

impl Default for Finder {
    fn default() -> Self {
        Self::repeatable(Repeatable::default())
    }
}

impl Finder {
    /// A finder that looks at this process's environment, and has found nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A finder whose scripts see what `repeatable` says instead of this computer's names and addresses.
    #[must_use]
    #[cfg_attr(not(feature = "pac"), expect(unused_variables, reason = "no scripts in this build"))]
    pub fn repeatable(repeatable: Repeatable) -> Self {
        Self {
            environment: Environment::of_process(),
            system: Arc::default(),
            #[cfg(feature = "pac")]
            network: Arc::default(),
            #[cfg(feature = "pac")]
            scripts: crate::scripts::Scripts::new(repeatable),
            #[cfg(feature = "pac")]
            wpad: crate::wpad::Wpad::default(),
        }
    }

    /// Finds what [`decide`](crate::decide) needs to know for `url` at `now`, whose offset is the zone of a script's local
    /// time. Nothing is looked for behind what decides already: `pac_url`, the environment, the system's settings, WPAD.
    ///
    /// Scripts are fetched directly, with the trust `tls`, and asked for again after a minute.
    ///
    /// # Errors
    /// Whatever keeps a script from being read and run: never silently direct.
    pub async fn find(
        &self,
        settings: &ProxySettings,
        tls: &TlsTrust,
        url: &Url,
        now: DateTime<FixedOffset>,
    ) -> Result<Findings, Error> {
        let mut findings = Findings::default();
        if settings.mode != Mode::Automatic {
            return Ok(findings);
        }
        self.notice_network().await;
        findings.environment = self.environment.clone();
        let mut script = settings.script().map(str::to_owned);
        if script.is_none() && self.environment.proxy(url)?.is_none() {
            findings.system = self.system().await;
            script = match &findings.system {
                Some(system) => system.pac_url.clone(),
                None if settings.wpad => self.wpad(tls).await,
                None => None,
            };
        }
        if let Some(location) = script {
            let answer = self.run(&location, tls, url, now).await?;
            findings.script = Some(ScriptAnswer { location: shown(&location), answer });
        }
        Ok(findings)
    }

    /// Somebody changed settings: everything is looked for anew. A script whose server fails just then stays in use.
    pub async fn forget(&self) {
        *self.system.lock().await = None;
        #[cfg(feature = "pac")]
        {
            self.scripts.forget().await;
            self.wpad.forget().await;
        }
    }

    async fn system(&self) -> Option<SystemSettings> {
        let mut known = self.system.lock().await;
        if let Some((_, settings)) = known.as_ref().filter(|(read, _)| read.elapsed() < FRESH) {
            return settings.clone();
        }
        let settings = system::read().await;
        *known = Some((Instant::now(), settings.clone()));
        settings
    }
}

#[cfg(feature = "pac")]
impl Finder {
    async fn notice_network(&self) {
        let now = tokio::task::spawn_blocking(crate::network::Network::now).await;
        if let Ok(now) = now {
            self.in_network(now).await;
        }
    }

    /// In another network everything is looked for anew.
    async fn in_network(&self, now: crate::network::Network) {
        let before = self.network.lock().await.replace(now.clone());
        if before.is_some_and(|before| before != now) {
            self.forget().await;
        }
    }

    async fn wpad(&self, tls: &TlsTrust) -> Option<String> {
        self.wpad.location(&self.scripts, tls).await
    }

    async fn run(
        &self,
        location: &str,
        tls: &TlsTrust,
        url: &Url,
        now: DateTime<FixedOffset>,
    ) -> Result<String, Error> {
        self.scripts.engine(location, tls).await?.find(url, now).await
    }
}

#[cfg(not(feature = "pac"))]
impl Finder {
    /// The system's settings are read again after a minute; nothing else is remembered.
    async fn notice_network(&self) {}

    /// Nobody could run what is found.
    async fn wpad(&self, _tls: &TlsTrust) -> Option<String> {
        None
    }

    async fn run(
        &self,
        location: &str,
        _tls: &TlsTrust,
        _url: &Url,
        _now: DateTime<FixedOffset>,
    ) -> Result<String, Error> {
        Err(Error::ScriptUnavailable {
            location: shown(location),
            source: "this build runs no PAC scripts".into(),
        })
    }
}

#[cfg(all(test, feature = "pac"))]
mod tests {
    use super::*;
    use crate::network::Network;

    #[tokio::test]
    async fn another_network_is_looked_at_anew() {
        let mut server = mockito::Server::new_async().await;
        let asked = server
            .mock("GET", "/proxy.pac")
            .with_body("function FindProxyForURL() { return 'DIRECT'; }")
            .expect(2)
            .create_async()
            .await;
        let finder = Finder::new();
        let location = format!("{}/proxy.pac", server.url());
        let (office, home) = (Network::of("192.0.2.7", "corp.test"), Network::of("192.0.2.7", "home.test"));
        for network in [&office, &office, &home, &home] {
            finder.in_network(network.clone()).await;
            finder.scripts.engine(&location, &TlsTrust::default()).await.unwrap();
        }
        asked.assert_async().await;
    }
}
