//! A folder, a server at it, and licenses to drop.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use license_lifecycle::lmstat::Status;
use license_lifecycle::manifest::{self, Manifest, ManifestFeature};
use license_lifecycle::{FileBinding, FileName};
use signed_envelope::{Digest, SigningKey};

const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_floating-license-server");

pub(crate) fn binary() -> Command {
    Command::new(BINARY)
}

fn vendor(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

/// A license file with its envelope.
pub(crate) struct License {
    pub(crate) file: Vec<u8>,
    pub(crate) envelope: Vec<u8>,
}

impl License {
    pub(crate) fn issue(sequence: u64) -> Self {
        Self::of("S1", sequence)
    }

    pub(crate) fn of(serial_number: &str, sequence: u64) -> Self {
        Self::signed(serial_number, sequence, 1)
    }

    pub(crate) fn forged(sequence: u64) -> Self {
        Self::signed("S1", sequence, 9)
    }

    fn signed(serial_number: &str, sequence: u64, seed: u8) -> Self {
        let file = format!("FEATURE F vendor 1.0 permanent 5 SN={serial_number} NOTICE={sequence} SIGN=0\n");
        let feature = ManifestFeature {
            name: "F".to_owned(),
            version: Some("1.0".to_owned()),
            count: Some(5),
            expires: None,
        };
        let manifest = Manifest {
            version: 1,
            product: "Product".to_owned(),
            serial_number: serial_number.to_owned(),
            sequence,
            issued_at: chrono::DateTime::UNIX_EPOCH,
            expires: None,
            maintenance_until: None,
            features: vec![feature],
            file: FileBinding::of(FileName::new("vendor.lic").unwrap(), "flexnet", file.as_bytes()),
        };
        let envelope = manifest::issue(&manifest, file.as_bytes(), &[&vendor(seed)]).unwrap().to_json();
        Self { file: file.into_bytes(), envelope }
    }

    pub(crate) fn drop_into(&self, inbox: &Path) {
        self.drop_as(inbox, "vendor.lic");
    }

    pub(crate) fn drop_as(&self, inbox: &Path, name: &str) {
        self.try_drop_as(inbox, name).unwrap();
    }

    pub(crate) fn try_drop_as(&self, inbox: &Path, name: &str) -> std::io::Result<()> {
        durable_file::replace(&inbox.join(format!("{name}.dsse")), &self.envelope)?;
        durable_file::replace(&inbox.join(name), &self.file)
    }
}

/// Drops a reset of the sequence of serial number S1 beside `vendor.lic`.
pub(crate) fn drop_reset(inbox: &Path, from_sequence: u64, to_sequence: u64) {
    let reset = manifest::Reset {
        version: 1,
        product: "Product".to_owned(),
        serial_number: "S1".to_owned(),
        from_sequence,
        to_sequence,
        known_time: chrono::DateTime::UNIX_EPOCH,
        issued_at: chrono::DateTime::UNIX_EPOCH,
    };
    let envelope = manifest::issue_reset(&reset, &[&vendor(1)]).unwrap().to_json();
    durable_file::replace(&inbox.join("vendor.lic.reset.dsse"), &envelope).unwrap();
}

/// A place for a server.
pub(crate) struct Kiosk {
    pub(crate) root: tempfile::TempDir,
    pub(crate) inbox: PathBuf,
}

impl Kiosk {
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let inbox = root.path().join("DroppedLicense");
        fs::create_dir(&inbox).unwrap();
        Self { root, inbox }
    }

    pub(crate) fn serve(&self) -> Server {
        self.start(&["--key", &vendor(1).public().to_hex()])
    }

    pub(crate) fn serve_unsigned(&self) -> Server {
        self.start(&["--accept-unsigned"])
    }

    pub(crate) fn command(&self, acceptance: &[&str]) -> Command {
        let mut command = binary();
        command.args(["serve", "--listen", "127.0.0.1:0", "--folder"]).arg(&self.inbox).args(acceptance);
        command
    }

    fn start(&self, acceptance: &[&str]) -> Server {
        let mut command = self.command(acceptance);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit('/').next().unwrap().to_owned();
        Server { child, address }
    }

    pub(crate) fn wait_until_gone(&self, name: &str) {
        wait(|| (!self.inbox.join(name).exists()).then_some(()));
    }

    pub(crate) fn wait_until_empty(&self) {
        self.wait_until_gone("vendor.lic");
        self.wait_until_gone("vendor.lic.dsse");
    }

    /// Waits until some file was rejected for this reason, and is told so beside it.
    pub(crate) fn wait_for_reason(&self, code: &str) {
        wait(|| {
            let notes = fs::read_dir(self.inbox.join("Rejected")).ok()?;
            let mut texts = notes.filter_map(|note| fs::read_to_string(note.ok()?.path()).ok());
            texts.find(|text| text.starts_with(code)).map(drop)
        });
    }
}

/// A server that runs; it is killed when dropped.
pub(crate) struct Server {
    child: Child,
    address: String,
}

impl Server {
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn get(&self, path: &str) -> String {
        let mut connection = TcpStream::connect(&self.address).unwrap();
        connection.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(connection, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    fn status(&self) -> Status {
        serde_json::from_str(&self.get("/status")).unwrap()
    }

    pub(crate) fn features(&self) -> usize {
        self.status().features.len()
    }

    pub(crate) fn sequences(&self) -> Vec<u64> {
        self.status().licenses.iter().filter_map(|license| license.sequence).collect()
    }

    #[cfg(unix)]
    pub(crate) fn serial_numbers(&self) -> Vec<String> {
        self.status().licenses.into_iter().filter_map(|license| license.serial_number).collect()
    }

    pub(crate) fn wait_until_in_use(&self, license: &License) -> Duration {
        let start = Instant::now();
        let sha256 = Digest::of(&license.file);
        wait(|| self.status().licenses.iter().any(|active| active.sha256 == sha256).then_some(()));
        start.elapsed()
    }

    /// Runs the binary with these arguments and the address behind them.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = binary().args(arguments).arg(&self.address).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// As FlexNet names a server.
    pub(crate) fn port_at_host(&self) -> String {
        let (host, port) = self.address.split_once(':').unwrap();
        format!("{port}@{host}")
    }

    pub(crate) fn lmstat(&self) -> String {
        let output = binary().args(["lmstat", "-a", "-c", &self.port_at_host()]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Memory in use, in KiB (`VmHWM` of proc(5): the most there ever was); on Linux only.
    pub(crate) fn resident_kib(&self) -> Option<u64> {
        cfg!(target_os = "linux").then(|| {
            let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
            let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
            line.split_whitespace().nth(1).unwrap().parse().unwrap()
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn wait<T>(mut happened: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = happened() {
            return found;
        }
        assert!(Instant::now() < deadline, "nothing happened in {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
