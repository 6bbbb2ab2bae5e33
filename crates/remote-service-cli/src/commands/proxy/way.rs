//! The options that say where the way out is looked up.
use chrono::{DateTime, FixedOffset};
use clap::Args;
use remote_service::proxy::{
    Environment, Error, Finder, Findings, Mode, ProxySettings, Repeatable, TlsTrust,
};
use url::Url;

use crate::answer::{Failure, with_causes};

/// Without any of these the way out is detected as the service does: environment, system settings, WPAD.
#[derive(Args)]
pub(crate) struct Way {
    /// A PAC script: a file or an http(s) URL
    #[arg(long, value_name = "FILE", conflicts_with_all = ["proxy", "env"])]
    pac: Option<String>,
    /// The proxy: host:port or a URL with http, https, socks4 or socks5
    #[arg(long, value_name = "PROXY", conflicts_with = "env")]
    proxy: Option<String>,
    /// Targets that are reached without --proxy, separated by commas: hosts, domains, addresses, ranges, <local>
    #[arg(
        long,
        value_name = "LIST",
        requires = "proxy",
        default_value = "<local>",
        hide_default_value = true
    )]
    bypass: String,
    /// Look at the environment's variables alone (https_proxy, no_proxy and so on)
    #[arg(long)]
    env: bool,
}

impl Way {
    /// The settings that these options stand for.
    pub(crate) fn settings(&self) -> Result<ProxySettings, Failure> {
        let mode = if self.proxy.is_some() { Mode::Manual } else { Mode::Automatic };
        let settings = ProxySettings {
            mode,
            address: self.proxy.clone(),
            bypass: vec![self.bypass.clone()],
            pac_url: self.pac.clone(),
            ..ProxySettings::default()
        };
        settings.check().map_err(|error| Failure::Usage(with_causes(&error)))?;
        Ok(settings)
    }

    pub(crate) fn finder(&self, repeatable: Repeatable) -> Found {
        if self.env { Found::Environment } else { Found::Everything(Finder::repeatable(repeatable)) }
    }

    /// Whether `error` says that a file given here cannot be read.
    pub(crate) fn is_unreadable(&self, error: &Error) -> bool {
        let is_file = self.pac.as_ref().is_some_and(|pac| !pac.starts_with("http"));
        is_file && matches!(error, Error::ScriptUnavailable { .. })
    }
}

/// What the decision is based on.
pub(crate) enum Found {
    Environment,
    Everything(Finder),
}

impl Found {
    pub(crate) async fn find(
        &self,
        settings: &ProxySettings,
        trust: &TlsTrust,
        url: &Url,
        now: DateTime<FixedOffset>,
    ) -> Result<Findings, Error> {
        match self {
            Self::Environment => {
                Ok(Findings { environment: Environment::of_process(), ..Findings::default() })
            }
            Self::Everything(finder) => finder.find(settings, trust, url, now).await,
        }
    }
}
