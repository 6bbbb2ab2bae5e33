//! Gathers the findings.
use chrono::{DateTime, FixedOffset};
use url::Url;

use crate::{Environment, Error, Findings, Mode, ProxySettings, Repeatable, ScriptAnswer, TlsTrust};

/// Gathers [`Findings`] for automatic mode; keep one, as it remembers scripts. Cloning shares what it remembers.
#[derive(Clone, Debug)]
pub struct Finder {
    environment: Environment,
    #[cfg(feature = "pac")]
    scripts: crate::scripts::Scripts,
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
            #[cfg(feature = "pac")]
            scripts: crate::scripts::Scripts::new(tls, repeatable),
        }
    }

    /// Finds what [`decide`](crate::decide) needs to know for `url` at `now`, whose offset is the zone of a script's local
    /// time.
    ///
    /// # Errors
    /// Whatever keeps a script from being read and run: never silently direct.
    pub async fn find(
        &self,
        settings: &ProxySettings,
        url: &Url,
        now: DateTime<FixedOffset>,
    ) -> Result<Findings, Error> {
        if settings.mode != Mode::Automatic {
            return Ok(Findings::default());
        }
        let script = match settings.pac_url.as_deref().map(str::trim).filter(|location| !location.is_empty())
        {
            Some(location) => {
                Some(ScriptAnswer { location: location.into(), answer: self.run(location, url, now).await? })
            }
            None => None,
        };
        Ok(Findings { environment: self.environment.clone(), script })
    }

    #[cfg(feature = "pac")]
    async fn run(&self, location: &str, url: &Url, now: DateTime<FixedOffset>) -> Result<String, Error> {
        self.scripts.engine(location).await?.find(url, now).await
    }

    #[cfg(not(feature = "pac"))]
    async fn run(&self, location: &str, _url: &Url, _now: DateTime<FixedOffset>) -> Result<String, Error> {
        Err(Error::ScriptUnavailable {
            location: location.into(),
            source: "this build runs no PAC scripts".into(),
        })
    }
}
