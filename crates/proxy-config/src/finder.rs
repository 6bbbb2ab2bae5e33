//! Gathers the findings.
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::{
    Environment, Error, Findings, Mode, ProxySettings, Repeatable, ScriptAnswer, SystemSettings, TlsTrust,
    system,
};

/// How long the system's settings are not asked for again.
const FRESH: Duration = Duration::from_secs(60);

/// When something was looked for, and what was found; nothing before the first look.
pub(crate) type Looked<T> = Arc<Mutex<Option<(Instant, Option<T>)>>>;

/// Gathers [`Findings`] for automatic mode; keep one, as it remembers scripts. Cloning shares what it remembers.
#[derive(Clone, Debug)]
pub struct Finder {
    environment: Environment,
    system: Looked<SystemSettings>,
    #[cfg(feature = "pac")]
    scripts: crate::scripts::Scripts,
    #[cfg(feature = "pac")]
    wpad: crate::wpad::Wpad,
}

impl Finder {
    /// A finder that looks at this process's environment. Scripts are fetched directly, with `tls`.
    #[must_use]
    pub fn new(tls: &TlsTrust) -> Self {
        Self::repeatable(tls, Repeatable::default())
    }

    /// A finder whose scripts see what `repeatable` says instead of this computer's names and addresses.
    #[must_use]
    #[cfg_attr(not(feature = "pac"), expect(unused_variables, reason = "no scripts in this build"))]
    pub fn repeatable(tls: &TlsTrust, repeatable: Repeatable) -> Self {
        Self {
            environment: Environment::of_process(),
            system: Arc::default(),
            #[cfg(feature = "pac")]
            scripts: crate::scripts::Scripts::new(tls, repeatable),
            #[cfg(feature = "pac")]
            wpad: crate::wpad::Wpad::default(),
        }
    }

    /// Finds what [`decide`](crate::decide) needs to know for `url` at `now`, whose offset is the zone of a script's local
    /// time. Nothing is looked for behind what decides already: `pac_url`, the environment, the system's settings, WPAD.
    ///
    /// # Errors
    /// Whatever keeps a script from being read and run: never silently direct.
    pub async fn find(
        &self,
        settings: &ProxySettings,
        url: &Url,
        now: DateTime<FixedOffset>,
    ) -> Result<Findings, Error> {
        let mut findings = Findings::default();
        if settings.mode != Mode::Automatic {
            return Ok(findings);
        }
        findings.environment = self.environment.clone();
        let mut script = settings.pac_url.clone().filter(|location| !location.trim().is_empty());
        if script.is_none() && self.environment.proxy(url)?.is_none() {
            findings.system = self.system().await;
            script = match &findings.system {
                Some(system) => system.pac_url.clone(),
                None => self.wpad().await,
            };
        }
        if let Some(location) = script {
            let location = location.trim().to_owned();
            let answer = self.run(&location, url, now).await?;
            findings.script = Some(ScriptAnswer { location, answer });
        }
        Ok(findings)
    }

    /// The network changed, or somebody changed settings: everything is looked for anew.
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
    async fn wpad(&self) -> Option<String> {
        self.wpad.location(&self.scripts).await
    }

    async fn run(&self, location: &str, url: &Url, now: DateTime<FixedOffset>) -> Result<String, Error> {
        self.scripts.engine(location).await?.find(url, now).await
    }
}

#[cfg(not(feature = "pac"))]
impl Finder {
    /// Nobody could run what is found.
    async fn wpad(&self) -> Option<String> {
        None
    }

    async fn run(&self, location: &str, _url: &Url, _now: DateTime<FixedOffset>) -> Result<String, Error> {
        Err(Error::ScriptUnavailable {
            location: location.into(),
            source: "this build runs no PAC scripts".into(),
        })
    }
}
