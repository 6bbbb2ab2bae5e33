use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use signed_envelope::KeyRing;

/// Everything a license server is started with; make one with [`Config::new`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The inbox, "DroppedLicense". Made when it is missing, also while the server runs.
    pub folder: PathBuf,
    /// Where active and archived licenses lie. Default: `license-server-state` beside the inbox.
    pub state: PathBuf,
    /// Which licenses are activated.
    pub acceptance: Acceptance,
    /// Where the status is served; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How often the inbox is looked at when no change was reported. Default 10 s.
    pub rescan: Duration,
}

/// Which licenses are activated.
#[derive(Clone, Debug)]
pub enum Acceptance {
    /// Those with an envelope that is signed by one of these keys.
    Signed(KeyRing),
    /// Any FlexNet file, envelope or not, once it has not changed for two seconds. For tests and for vendors without
    /// envelopes.
    Unsigned,
}

impl Config {
    /// The inbox, and how often it is looked at.
    pub(crate) fn watched(&self) -> (PathBuf, Duration) {
        (self.folder.clone(), self.rescan)
    }

    /// A server on `folder`, with the default state folder and rescan interval.
    pub fn new(folder: impl Into<PathBuf>, acceptance: Acceptance, listen: SocketAddr) -> Self {
        let folder = folder.into();
        let state = folder.with_file_name("license-server-state");
        Self { folder, state, acceptance, listen, rescan: Duration::from_secs(10) }
    }
}
