//! Real squids and a real KDC; see `tests/servers/proxies.sh`.
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::serving::{Serving, script, with_ports};

const SCRIPT: &str = "proxies.sh";
const PORTS: [&str; 6] = ["BASIC_PORT", "NTLM_PORT", "NEGO_PORT", "MULTI_PORT", "TLS_PORT", "KDC_PORT"];

/// The user that every server knows.
pub const USER: &str = "alice";
/// Her password.
pub const PASSWORD: &str = "S3cret!pw";
/// Her NetBIOS domain.
pub const DOMAIN: &str = "PRINTDOM";
/// Her Kerberos realm.
pub const REALM: &str = "REMOTE.TEST";

/// The servers; dropping this, or the death of the process, ends them.
pub struct Proxies {
    /// Offers Basic.
    pub basic: u16,
    /// Offers NTLM.
    pub ntlm: u16,
    /// Offers Negotiate.
    pub negotiate: u16,
    /// Offers all three.
    pub multi: u16,
    /// Offers Basic, over TLS; `proxy-ca.pem` in [`folder`](Self::folder) is its authority.
    pub tls: u16,
    kdc: u16,
    // Ended before its folder goes.
    _serving: Serving,
    folder: tempfile::TempDir,
}

impl Proxies {
    /// Starts all of them on free ports.
    ///
    /// # Panics
    /// When a server is missing; the message names its Debian package.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (command, [basic, ntlm, negotiate, multi, tls, kdc]) = script(SCRIPT, PORTS);
        let serving = Serving::start(command, folder.path());
        Self { basic, ntlm, negotiate, multi, tls, kdc, _serving: serving, folder }
    }

    /// Variables for a process that uses this KDC, with a ticket cache `cache` of its own.
    pub fn kerberos(&self, cache: &str) -> [(&'static str, PathBuf); 2] {
        let folder = self.folder.path();
        [("KRB5_CONFIG", folder.join("krb/krb5.conf")), ("KRB5CCNAME", folder.join(cache))]
    }

    /// Gets a ticket of `lifetime` (kinit's notation) into `cache`; whether the KDC gave one.
    pub fn kinit(&self, cache: &str, user: &str, password: &str, lifetime: &str) -> bool {
        let mut kinit = Command::new("kinit");
        kinit.args(["-l", lifetime, user]).envs(self.kerberos(cache)).stdin(Stdio::piped());
        let mut kinit = kinit.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::io::Write::write_all(kinit.stdin.as_mut().unwrap(), format!("{password}\n").as_bytes()).unwrap();
        kinit.wait().unwrap().success()
    }

    /// Waits until curl, through the proxy at `port`, is refused with the ticket in `cache`: it has expired.
    pub fn wait_for_expiry(&self, cache: &str, port: u16) {
        let passes = || {
            let mut curl = Command::new("curl");
            curl.args([
                "-s",
                "-o",
                "/dev/null",
                "-w",
                "%{http_connect}",
                "--proxy-negotiate",
                "-U",
                ":",
                "--noproxy",
                "",
            ]);
            curl.args(["--proxy", &format!("http://localhost:{port}"), "https://localhost:1/"]);
            let done = curl.envs(self.kerberos(cache)).output().unwrap();
            String::from_utf8_lossy(&done.stdout).trim() != "407"
        };
        let deadline = Instant::now() + Duration::from_secs(30);
        while passes() {
            assert!(Instant::now() < deadline, "the ticket does not expire");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Stops or starts the KDC.
    pub fn kdc(&self, what: &str) {
        let ports = [self.basic, self.ntlm, self.negotiate, self.multi, self.tls, self.kdc];
        let done = with_ports(SCRIPT, PORTS, ports)
            .args(["kdc", what])
            .arg(self.folder.path())
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(done.success());
    }

    /// The access log of the squid `name` (`basic`, `ntlm`, `nego`, `multi`).
    pub fn log(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(format!("log/{name}-access.log"))).unwrap_or_default()
    }

    /// Where configuration, keys and logs are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The process id of the squid `name`.
    pub fn pid(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(format!("pid/squid-{name}.pid")))
            .unwrap()
            .trim()
            .to_owned()
    }
}
