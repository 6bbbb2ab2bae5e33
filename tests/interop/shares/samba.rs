//! One Samba for each test: its own folder, its own port, stopped when dropped.
use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use license_lifecycle::{
    FileName,
    server::{LicenseFile, SmbShare},
};

pub(crate) const WRITER: (&str, &str) = ("flswriter", "Rw-Secret-1");
pub(crate) const READER: (&str, &str) = ("flsreader", "Ro-Secret-1");

pub(crate) struct Samba {
    root: tempfile::TempDir,
    pub(crate) port: u16,
    settings: Vec<(&'static str, &'static str)>,
}

impl Samba {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// `settings`: the variables of `tests/servers/samba.sh`.
    pub(crate) fn start_with(settings: &[(&'static str, &'static str)]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let samba = Self { root: tempfile::tempdir().unwrap(), port, settings: settings.to_vec() };
        // The accounts of the tests must reach the shares through it.
        Command::new("chmod").arg("755").arg(samba.root.path()).status().unwrap();
        samba.start_again();
        samba
    }

    pub(crate) fn start_again(&self) {
        let started = self.script("start");
        assert!(
            started.status.success(),
            "Samba does not start; it needs root and the Debian packages samba and smbclient: {}",
            String::from_utf8_lossy(&started.stderr)
        );
    }

    /// `kill -9` of the server with all its children.
    pub(crate) fn kill(&self) {
        let pid = fs::read_to_string(self.root.path().join("run/smbd.pid")).unwrap();
        let killed = Command::new("kill").args(["-9", "--", &format!("-{}", pid.trim())]).status();
        assert!(killed.unwrap().success());
    }

    pub(crate) fn stop(&self) {
        assert!(self.script("stop").status.success());
    }

    pub(crate) fn share(&self, name: &str, (user, password): (&str, &str)) -> SmbShare {
        let address = format!("smb://PRINTDOM;{user}@127.0.0.1:{}/{name}", self.port);
        SmbShare::new(address.parse().unwrap(), password.into())
    }

    /// Where the files of a share lie.
    pub(crate) fn folder(&self, of: &str) -> PathBuf {
        self.root.path().join("shares").join(of)
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    /// Locks or disables an account, as `pdbedit` says.
    pub(crate) fn account(&self, arguments: &[&str]) {
        let conf = self.root.path().join("smb.conf");
        let done = Command::new("pdbedit").arg("-s").arg(conf).args(arguments).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    /// Gives an account another password.
    pub(crate) fn change_password(&self, user: &str, password: &str) {
        let mut change = Command::new("smbpasswd");
        change.arg("-c").arg(self.root.path().join("smb.conf")).args(["-L", "-s", user]);
        let mut change = change.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        writeln!(change.stdin.take().unwrap(), "{password}\n{password}").unwrap();
        assert!(change.wait().unwrap().success());
    }

    /// How many log-ons the server has accepted so far.
    pub(crate) fn log_ons(&self) -> usize {
        self.logged("status [NT_STATUS_OK]")
    }

    /// How many it has refused.
    pub(crate) fn refused_log_ons(&self) -> usize {
        self.logged("NT_STATUS_WRONG_PASSWORD")
    }

    fn logged(&self, what: &str) -> usize {
        let logs = fs::read_dir(self.root.path().join("log")).unwrap();
        let texts = logs.filter_map(|log| fs::read(log.unwrap().path()).ok());
        texts.map(|text| String::from_utf8_lossy(&text).matches(what).count()).sum()
    }

    fn script(&self, verb: &str) -> Output {
        Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../servers/samba.sh"))
            .arg(verb)
            .env("SMB_ROOT", self.root.path())
            .env("SMB_PORT", self.port.to_string())
            .envs(self.settings.iter().copied())
            .output()
            .unwrap()
    }
}

impl Drop for Samba {
    fn drop(&mut self) {
        let _ = self.script("stop");
    }
}

pub(crate) fn license(bytes: &[u8]) -> LicenseFile {
    LicenseFile { name: FileName::new("prismadirect.lic").unwrap(), bytes: bytes.to_vec(), envelope: None }
}

/// What lies in a folder, without temporary files.
pub(crate) fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|item| item.unwrap().path());
    files
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap()))
        .collect()
}
