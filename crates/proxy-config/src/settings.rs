//! What an administrator can set.
use serde::{Deserialize, Serialize};

use crate::bypass::BypassList;
use crate::{Error, ProxyServer};

/// The table `[proxy]` of the settings file. Holds no secret: the password lies apart.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProxySettings {
    /// Where the way out is looked up. Default: [`Mode::Automatic`].
    pub mode: Mode,
    /// The proxy of [`Mode::Manual`], as `host:port` or URL; see [`ProxyServer`]. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Targets of [`Mode::Manual`] that are reached without the proxy. Default: `["<local>"]`.
    ///
    /// An entry is a host, a domain (`.corp` and `corp` with everything below, `*.corp` only what is below), an
    /// address, a CIDR range, any of them with `:port`, `*` or `<local>`; one text may hold several entries,
    /// separated by `,`, `;` or blanks.
    pub bypass: Vec<String>,
    /// A PAC script (URL or file) that [`Mode::Automatic`] uses before everything else. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pac_url: Option<String>,
    /// Whether [`Mode::Automatic`] looks for a PAC script by WPAD when nothing else names a way out. Default: `true`. Turn
    /// it off where whoever answers for `http://wpad.<domain>/` is not to be trusted.
    pub wpad: bool,
    /// How we log in to the proxy. Default: [`Login::None`].
    pub login: Login,
    /// Domain or realm of `user`. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// User of [`Login::Password`]: `user`, `DOMAIN\user` or `user@realm`. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

/// Where the way out is looked up.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// No proxy, whatever the environment says.
    Direct,
    /// `pac_url`, then the environment, then the system's settings, then WPAD.
    #[default]
    Automatic,
    /// The proxy in `address`, but for what the bypass list names.
    Manual,
}

/// How we log in to the proxy.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Login {
    /// Not at all, unless the environment's proxy URL carries a user.
    #[default]
    None,
    /// With `user`, `domain` and the password that is stored apart.
    Password,
    /// As the account that the process runs as.
    Current,
}

impl Default for ProxySettings {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            address: None,
            bypass: vec!["<local>".into()],
            pac_url: None,
            wpad: true,
            login: Login::default(),
            domain: None,
            user: None,
        }
    }
}

impl ProxySettings {
    /// Checks what can be checked without a network, so that [`decide`](crate::decide) cannot fail on it later.
    ///
    /// # Errors
    /// [`Error::AddressMissing`], [`Error::BadAddress`], [`Error::BadBypass`] in manual mode;
    /// [`Error::UserMissing`] when a password login names no user.
    pub fn check(&self) -> Result<(), Error> {
        if self.mode == Mode::Manual {
            self.manual()?;
        }
        if self.mode != Mode::Direct && self.login == Login::Password && !has_text(self.user.as_deref()) {
            return Err(Error::UserMissing);
        }
        Ok(())
    }

    /// The PAC script that somebody configured.
    pub(crate) fn script(&self) -> Option<&str> {
        self.pac_url.as_deref().map(str::trim).filter(|location| !location.is_empty())
    }

    /// Proxy and bypass list of [`Mode::Manual`].
    pub(crate) fn manual(&self) -> Result<(ProxyServer, BypassList), Error> {
        let address =
            self.address.as_deref().filter(|text| has_text(Some(text))).ok_or(Error::AddressMissing)?;
        Ok((address.parse()?, BypassList::manual(&self.bypass)?))
    }
}

fn has_text(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}
