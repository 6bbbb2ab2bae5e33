//! Proxy variables of the environment, by curl's rules.
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::bypass::BypassList;
use crate::{Credentials, Error, ProxyServer};

/// The proxy variables of an environment. Their values may hold passwords: `Debug` shows names only.
#[derive(Clone, Default)]
pub struct Environment {
    variables: Vec<(String, SecretString)>,
}

/// Read in this order; `HTTP_PROXY` in capitals is left out, as a web server sets it from a request header.
const NAMES: [&str; 7] =
    ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"];

/// The variable's name, the proxy and the user in its URL.
type Found<'a> = (&'a str, ProxyServer, Option<Credentials>);

/// Where the settings of this account's programs lie.
#[cfg(all(feature = "client", unix, not(target_os = "macos")))]
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub(crate) fn config_folder() -> Option<std::path::PathBuf> {
    let own = std::env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty());
    own.map(Into::into).or_else(|| Some(std::path::PathBuf::from(std::env::var_os("HOME")?).join(".config")))
}

impl Environment {
    /// Picks the proxy variables out of `variables`; an empty value counts as not set.
    #[must_use]
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let wanted = |(name, value): &(String, String)| NAMES.contains(&&**name) && !value.is_empty();
        let variables = variables.into_iter().filter(wanted);
        Self { variables: variables.map(|(name, value)| (name, value.into())).collect() }
    }

    /// The variables of this process.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn of_process() -> Self {
        // What is not Unicode is kept: as an address it cannot be read, which is an error, not "direct".
        let value = |name| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
        Self::new(NAMES.iter().filter_map(|&name| Some((name.to_owned(), value(name)?))))
    }

    /// The proxy for `url`: the variable that names it, the proxy and the user in it.
    ///
    /// # Errors
    /// [`Error::BadAddress`] when the variable cannot be read.
    pub(crate) fn proxy(&self, url: &Url) -> Result<Option<Found<'_>>, Error> {
        let own = format!("{}_proxy", url.scheme());
        let capitals = own.to_ascii_uppercase();
        let Some((name, value)) =
            [&*own, &capitals, "all_proxy", "ALL_PROXY"].iter().find_map(|n| self.get(n))
        else {
            return Ok(None);
        };
        let (server, credentials) = ProxyServer::with_user_info(value, Some(1080))?;
        Ok(Some((name, server, credentials)))
    }

    /// The list of exceptions.
    pub(crate) fn bypass(&self) -> BypassList {
        let list = ["no_proxy", "NO_PROXY"].iter().find_map(|name| self.get(name));
        BypassList::curl(list.map_or("", |(_, value)| value))
    }

    fn get(&self, name: &str) -> Option<(&str, &str)> {
        let (name, value) = self.variables.iter().find(|(found, _)| found == name)?;
        Some((name, value.expose_secret()))
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.variables.iter().map(|(name, _)| name)).finish()
    }
}
