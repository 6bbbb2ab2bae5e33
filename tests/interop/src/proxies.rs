//! Real squids and a real KDC; see `tests/servers/proxies.sh`.
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

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
    kdc: u16,
    folder: tempfile::TempDir,
    serving: Child,
}

impl Proxies {
    /// Starts all of them on free ports.
    ///
    /// # Panics
    /// When a server is missing; the message names its Debian package.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let free: Vec<_> = (0..5).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let ports: Vec<_> = free.iter().map(|listener| listener.local_addr().unwrap().port()).collect();
        drop(free);
        let mut command = script(&ports);
        command.arg("serve").arg(folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut serving = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(serving.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(
            line, "ready\n",
            "tests/servers/proxies.sh did not start; its message above says what is missing"
        );
        let [basic, ntlm, negotiate, multi, kdc] = ports[..] else { unreachable!() };
        Self { basic, ntlm, negotiate, multi, kdc, folder, serving }
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
        let ports = [self.basic, self.ntlm, self.negotiate, self.multi, self.kdc];
        let done = script(&ports)
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

impl Drop for Proxies {
    fn drop(&mut self) {
        drop(self.serving.stdin.take()); // the script ends its servers
        let _ = self.serving.wait();
    }
}

fn script(ports: &[u16]) -> Command {
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../servers/proxies.sh"));
    let names = ["BASIC_PORT", "NTLM_PORT", "NEGO_PORT", "MULTI_PORT", "KDC_PORT"];
    command.envs(names.iter().zip(ports.iter().map(u16::to_string)));
    command
}
