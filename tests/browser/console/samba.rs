//! A Samba of our own: loopback, its own folder and port, stopped when dropped. See `tests/servers/samba.sh`.
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output};

pub(crate) const DOMAIN: &str = "PRINTDOM";
/// May read, write and modify in `DroppedLicense`.
pub(crate) const WRITER: (&str, &str) = ("flswriter", "Rw-Secret-1");
/// May read there, and no more.
pub(crate) const READER: (&str, &str) = ("flsreader", "Ro-Secret-1");

pub(crate) struct Samba {
    root: tempfile::TempDir,
    port: u16,
}

impl Samba {
    pub(crate) fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let samba = Self { root: tempfile::tempdir().unwrap(), port };
        // The accounts of the test must reach the shares through it.
        Command::new("chmod").arg("755").arg(samba.root.path()).status().unwrap();
        let started = samba.script("start");
        assert!(
            started.status.success(),
            "Samba does not start; it needs root and the Debian packages samba and smbclient: {}",
            String::from_utf8_lossy(&started.stderr)
        );
        samba
    }

    /// The address of a share, as it is typed into the settings.
    pub(crate) fn share(&self, name: &str) -> String {
        format!("smb://127.0.0.1:{}/{name}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Where the files of `DroppedLicense` lie.
    pub(crate) fn dropped(&self) -> PathBuf {
        self.root.path().join("shares/dropped")
    }

    fn script(&self, verb: &str) -> Output {
        Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../servers/samba.sh"))
            .arg(verb)
            .env("SMB_ROOT", self.root.path())
            .env("SMB_PORT", self.port.to_string())
            .output()
            .unwrap()
    }
}

impl Drop for Samba {
    fn drop(&mut self) {
        let _ = self.script("stop");
    }
}
