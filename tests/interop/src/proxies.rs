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
    /// The KDC, over TCP.
    pub kdc: u16,
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

    /// The same for a process whose clock is `seconds` ahead.
    ///
    /// # Panics
    /// When the library is missing that fakes a clock; the message names its Debian package.
    pub fn kerberos_ahead(&self, cache: &str, seconds: u32) -> Vec<(&'static str, PathBuf)> {
        let library = format!("/usr/lib/{}-linux-gnu/faketime/libfaketime.so.1", std::env::consts::ARCH);
        assert!(Path::new(&library).exists(), "missing: apt-get install --no-install-recommends libfaketime");
        let clock = [("FAKETIME", format!("+{seconds}")), ("FAKETIME_DONT_FAKE_MONOTONIC", "1".into())];
        let faked = clock.into_iter().chain([("LD_PRELOAD", library)]);
        self.kerberos(cache).into_iter().chain(faked.map(|(name, value)| (name, value.into()))).collect()
    }

    /// Gets a ticket of `lifetime` (kinit's notation) into `cache`; whether the KDC gave one.
    pub fn kinit(&self, cache: &str, user: &str, password: &str, lifetime: &str) -> bool {
        kinit(&self.kerberos(cache), user, password, lifetime)
    }

    /// Gives the service of the proxies a new key, and has the squid that offers Negotiate read it.
    pub fn rekey(&self) {
        self.call(&["rekey"]);
        assert!(self.kinit("rekeyed", USER, PASSWORD, "1h"));
        self.wait_until("the new key is read", || self.lets_in("rekeyed", self.negotiate));
    }

    /// What the KDC did.
    pub fn kdc_log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log/kdc.log")).unwrap()
    }

    /// Waits until curl, through the proxy at `port`, is refused with the ticket in `cache`: it has expired.
    pub fn wait_for_expiry(&self, cache: &str, port: u16) {
        self.wait_until("the ticket expires", || !self.lets_in(cache, port));
    }

    /// Whether the proxy at `port` lets curl in with the ticket in `cache`.
    fn lets_in(&self, cache: &str, port: u16) -> bool {
        let mut curl = Command::new("curl");
        curl.args(["-s", "-o", "/dev/null", "-w", "%{http_connect}"]);
        curl.args(["--proxy-negotiate", "-U", ":", "--noproxy", ""]);
        curl.args(["--proxy", &format!("http://localhost:{port}"), "https://localhost:1/"]);
        let done = curl.envs(self.kerberos(cache)).output().unwrap();
        !["407", "000"].contains(&String::from_utf8_lossy(&done.stdout).trim())
    }

    fn wait_until(&self, what: &str, happened: impl Fn() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !happened() {
            assert!(Instant::now() < deadline, "{what}: not in time");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Stops or starts the KDC.
    pub fn set_kdc(&self, what: &str) {
        self.call(&["kdc", what]);
    }

    fn call(&self, arguments: &[&str]) {
        let ports = [self.basic, self.ntlm, self.negotiate, self.multi, self.tls, self.kdc];
        let done = with_ports(SCRIPT, PORTS, ports)
            .args(arguments)
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

/// Gets a ticket in that environment; whether the KDC gave one.
pub fn kinit(environment: &[(&str, PathBuf)], user: &str, password: &str, lifetime: &str) -> bool {
    let mut kinit = Command::new("kinit");
    kinit.args(["-l", lifetime, user]).envs(environment.iter().cloned()).stdin(Stdio::piped());
    let mut kinit = kinit.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::io::Write::write_all(kinit.stdin.as_mut().unwrap(), format!("{password}\n").as_bytes()).unwrap();
    kinit.wait().unwrap().success()
}
