//! Every setting, in the shape of `settings.toml`. Secrets are never here: they lie in the secret store.

mod file;
mod keys;
mod validate;

use std::net::SocketAddr;
use std::path::PathBuf;

use proxy_config::ProxySettings;
use serde::{Deserialize, Serialize};
use url::Url;

pub use keys::{KEYS, Key, Kind, nearest};

/// Names under which the settings' secrets lie in the [`SecretStore`](secret_store::SecretStore).
pub mod secret {
    /// [Verification code:], deleted once the installation is enrolled.
    pub const VERIFICATION_CODE: &str = "verification-code";
    /// [Proxy password:]
    pub const PROXY_PASSWORD: &str = "proxy-password";
    /// Password of [Remote service credentials:]
    pub const REMOTE_SERVICE_PASSWORD: &str = "remote-service-password";
    /// Token of the TeamViewer Web API.
    pub const TEAMVIEWER_TOKEN: &str = "teamviewer-token";
    /// All of them.
    pub const ALL: [&str; 4] = [VERIFICATION_CODE, PROXY_PASSWORD, REMOTE_SERVICE_PASSWORD, TEAMVIEWER_TOKEN];
}

/// All settings of an installation; `Default` is what a new one has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// \[Enabled\]: without it there is no connection to the back office at all.
    pub enabled: bool,
    /// For `remote-service run`; an embedder's builder wins.
    pub product: ProductSettings,
    /// The web console of `remote-service run`.
    pub console: ConsoleSettings,
    /// Where the back office is and who we are to it.
    pub back_office: BackOfficeSettings,
    /// The way out; belongs to `proxy-config`.
    pub proxy: ProxySettings,
    /// Where new licenses go and how their use is watched.
    pub license: LicenseSettings,
    /// [Remote service credentials:] for the share; empty = the process account.
    pub credentials: CredentialSettings,
    /// When people are told.
    pub notices: NoticeSettings,
    /// [Allow remote assistance]
    pub assistance: AssistanceSettings,
    /// The remote desktop provider.
    pub teamviewer: TeamViewerSettings,
}

/// `product.*`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProductSettings {
    /// The name that licenses carry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its version, SemVer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// First version whose installer checks the maintenance contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_since: Option<String>,
    /// The feature whose expiry is the license's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_feature: Option<String>,
    /// PEM files with the keys that sign licenses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trusted_key_files: Vec<PathBuf>,
}

/// `console.*`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConsoleSettings {
    /// Where the console listens; none = no console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
}

/// `back_office.*`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BackOfficeSettings {
    /// HTTPS address of the back office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Url>,
    /// [Service organization ID:]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_organization_id: Option<String>,
    /// PEM files with certificate authorities, added to the system's roots.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ca_files: Vec<PathBuf>,
}

/// `license.*`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LicenseSettings {
    /// How new licenses reach the license server.
    pub server: LicenseServerKind,
    /// The folder "DroppedLicense": a local path, a mount or a UNC path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// `smb://host[:port]/share[/path]`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<String>,
    /// How we see which license is in use.
    pub status: StatusKind,
    /// Where the status is asked: `host:port`, or `port@host` for `lmstat`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_address: Option<String>,
    /// Also drops and saves `NAME.lic.dsse`; unset = exactly when `status` is `http`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_envelope: Option<bool>,
    /// Where the end of maintenance stands in a license file: `feature:NAME`, `vendor-string:KEY` or `version`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maintenance_from: Option<String>,
    /// Where the serial number stands in a license file without `SN=`: `vendor-string:KEY` or `notice:KEY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial_number_from: Option<String>,
}

impl LicenseSettings {
    /// Whether the envelope travels with the file: only the reference license server wants it.
    #[must_use]
    pub fn delivers_envelope(&self) -> bool {
        self.with_envelope.unwrap_or(self.status == StatusKind::Http)
    }
}

/// `license.server`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LicenseServerKind {
    /// A folder that this process can write to.
    #[default]
    Folder,
    /// A shared folder, reached with the remote service credentials.
    Smb,
    /// A person copies the file.
    ByHand,
}

/// `license.status`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusKind {
    /// Nobody is asked: an emptied inbox is all we see.
    #[default]
    None,
    /// The reference license server's status page.
    Http,
    /// FlexNet's `lmutil lmstat`.
    Lmstat,
}

/// `credentials.*`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CredentialSettings {
    /// Domain of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// User name; unset = the process account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

/// `notices.*`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NoticeSettings {
    /// "within 1 month", in calendar months.
    pub window_months: u32,
    /// IANA name, or `system`: the zone in which a day begins and ends.
    pub time_zone: String,
}

impl Default for NoticeSettings {
    fn default() -> Self {
        Self { window_months: 1, time_zone: "system".to_owned() }
    }
}

/// `assistance.*`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AssistanceSettings {
    /// [Remote assistance]: off until an administrator turns it on.
    pub allowed: bool,
    /// Longest session in minutes, 5 to 10080 (168 h).
    pub max_minutes: u32,
    /// Weekly hours in which requests are let through, such as `mon-fri 08:00-18:00`; empty = always.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<String>,
}

impl Default for AssistanceSettings {
    fn default() -> Self {
        Self { allowed: false, max_minutes: 60, hours: Vec::new() }
    }
}

/// `teamviewer.*`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TeamViewerSettings {
    /// The group in which sessions are made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The client's program file; unset = looked for in the usual places.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_path: Option<PathBuf>,
}
