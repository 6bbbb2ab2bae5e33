//! The system's own proxy settings: GNOME, KDE, Windows, macOS.
//!
//! Read by a few lines of our own: the crates that were looked at bring watchers, foreign function calls and code for
//! telephones along, or write settings, too.
#[cfg(any(test, all(feature = "client", unix, not(target_os = "macos"))))]
mod gnome;
#[cfg(any(test, all(feature = "client", unix, not(target_os = "macos"))))]
mod kde;
#[cfg(any(test, all(feature = "client", target_os = "macos")))]
mod macos;
#[cfg(feature = "client")]
mod read;
#[cfg(any(test, all(feature = "client", windows)))]
mod windows;

use url::Url;

use crate::bypass::BypassList;
use crate::{Error, ProxyServer, Why};

#[cfg(feature = "client")]
pub(crate) use self::read::read;

/// What the system's settings say. The default says nothing.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SystemSettings {
    /// Which system or desktop, such as `gnome`.
    pub source: String,
    /// A PAC script. It goes before the proxies below.
    pub pac_url: Option<String>,
    /// The proxy for http targets, as `host:port` or URL.
    pub http: Option<String>,
    /// The proxy for https targets.
    pub https: Option<String>,
    /// The proxy for what the two above do not serve.
    pub socks: Option<String>,
    /// Targets that are reached without these proxies, in the manner of
    /// [`ProxySettings::bypass`](crate::ProxySettings::bypass). An entry that cannot be read is passed over: its target
    /// is reached through the proxy.
    pub bypass: Vec<String>,
    /// Turns `bypass` round (KDE): what it names is all that uses these proxies. A list with an entry that cannot be read
    /// leaves nobody out.
    pub reversed: bool,
}

impl SystemSettings {
    /// The proxy for `url`; `None` when these settings name none.
    ///
    /// # Errors
    /// [`Error::BadAddress`] when it cannot be read.
    pub(crate) fn proxy(&self, url: &Url) -> Result<Option<ProxyServer>, Error> {
        let own = if url.scheme() == "http" { &self.http } else { &self.https };
        let Some(address) = own.as_ref().or(self.socks.as_ref()) else { return Ok(None) };
        let port = if address.starts_with("socks") { 1080 } else { 80 };
        let (server, _) = ProxyServer::with_user_info(address, Some(port))?;
        Ok(Some(server))
    }

    /// Why `url` is reached without these proxies, if it is.
    pub(crate) fn bypass(&self, url: &Url) -> Option<Why> {
        if self.reversed {
            let left_out = BypassList::manual(&self.bypass).is_ok_and(|only| only.matching(url).is_none());
            return left_out.then(|| Why::SystemLeavesOut { source: self.source.clone() });
        }
        let entry = BypassList::readable(&self.bypass).matching(url)?.to_owned();
        Some(Why::SystemBypass { entry })
    }
}

/// `scheme://host:port` of a host and a port that stand apart; none without a host.
#[cfg(any(test, all(feature = "client", unix)))]
fn address(scheme: &str, host: &str, port: u16) -> Option<String> {
    let host = host.trim();
    let port = if port == 0 { 80 } else { port };
    (!host.is_empty()).then(|| format!("{scheme}://{}", crate::server::authority(host, port)))
}
