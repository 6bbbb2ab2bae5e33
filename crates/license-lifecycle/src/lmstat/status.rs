//! The status as data.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use signed_envelope::Digest;

/// What a license server says of itself. Its JSON is the one of `remote-service license-server status`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Status {
    /// The license managers.
    pub servers: Vec<Server>,
    /// The vendor daemons.
    pub vendors: Vec<Vendor>,
    /// The features, in the order printed.
    pub features: Vec<FeatureUse>,
    /// The active license files; only the reference server names them.
    pub licenses: Vec<ActiveLicense>,
    /// What servers and vendor daemons complained about; complaints about a feature stand there.
    pub errors: Vec<Fault>,
    /// Lines that were not understood.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
}

/// A license manager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// Its host.
    pub host: String,
    /// Its TCP port, where known.
    pub port: Option<u16>,
    /// Whether it answers.
    pub up: bool,
}

/// A vendor daemon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vendor {
    /// Its name.
    pub name: String,
    /// Whether it runs.
    pub up: bool,
}

/// How a feature is used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FeatureUse {
    /// Its name.
    pub name: String,
    /// Licenses in all its pools; `None` when uncounted or not known.
    pub issued: Option<u64>,
    /// Licenses in use.
    pub in_use: u64,
    /// Whether nobody counts.
    pub uncounted: bool,
    /// What the server said in place of a count.
    pub error: Option<String>,
    /// Who uses it.
    pub checkouts: Vec<Checkout>,
    /// Licenses reserved in the options file.
    pub reservations: u64,
    /// Licenses that are waited for.
    pub queued: u64,
    /// The pools that were printed: `lmstat` prints those in use only.
    pub pools: Vec<Pool>,
}

/// A pool of a feature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// Its version.
    pub version: String,
    /// Its vendor daemon.
    pub vendor: String,
    /// Its expiry as printed, where printed: a FlexNet date.
    pub expiry: Option<String>,
}

/// One use of a feature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkout {
    /// The user.
    pub user: String,
    /// The user's machine.
    pub host: String,
    /// The user's display.
    pub display: String,
    /// The version asked for.
    pub version: String,
    /// How many licenses.
    pub count: u64,
}

/// A license file that the reference server has in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveLicense {
    /// The file's name.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// The serial number it is for.
    pub serial_number: Option<String>,
    /// Its issue number.
    pub sequence: Option<u64>,
    /// When it came into use, RFC 3339.
    pub activated_at: DateTime<Utc>,
}

/// FlexNet's error: two numbers and a text, for example -15, 570, "Cannot connect to license server system."
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// FlexNet's error number, below 0.
    pub major: i32,
    /// Where in FlexNet it arose.
    pub minor: i32,
    /// What it means.
    pub text: String,
}
