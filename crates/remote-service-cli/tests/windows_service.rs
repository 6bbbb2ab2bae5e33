//! The real binary as a Windows service, by way of the service manager.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![cfg(windows)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use signed_envelope::SigningKey;
use tempfile::TempDir;

/// A state directory, and a service of a name of its own, which is gone when the test ends.
struct Place {
    folder: TempDir,
    name: String,
    console: SocketAddr,
}

impl Place {
    fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let console = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let place = Self { folder, name: format!("{name} {}", std::process::id()), console };
        std::fs::create_dir_all(place.state().join("inbox")).unwrap();
        std::fs::write(place.state().join("key.pem"), SigningKey::generate().unwrap().public().to_pem())
            .unwrap();
        let settings = format!(
            "[product]\nname = 'PRISMAdirect'\nversion = '1.4.0'\ntrusted_key_files = ['{0}\\key.pem']\n\
             [console]\nlisten = '{1}'\n[license]\nfolder = '{0}\\inbox'\n",
            place.state().display(),
            place.console
        );
        std::fs::write(place.state().join("settings.toml"), settings).unwrap();
        place
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state of it")
    }

    fn run(&self, arguments: &[&str], input: &str) -> (i32, Value) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_remote-service"));
        command.arg("--json").args(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        // Who asks for nothing may have ended already.
        let _ = writeln!(child.stdin.take().unwrap(), "{input}");
        let output = child.wait_with_output().unwrap();
        (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).unwrap_or_default())
    }

    fn service(&self, what: &str) -> (i32, Value) {
        self.run(&["service", what, "--name", &self.name], "")
    }

    fn with_state(&self, arguments: &[&str], input: &str) -> (i32, Value) {
        let state = self.state();
        self.run(&[arguments, &["--state-dir", state.to_str().unwrap()]].concat(), input)
    }

    fn install(&self) -> (i32, Value) {
        self.with_state(&["service", "install", "--name", &self.name], "")
    }

    /// What the service manager has written down.
    fn known(&self) -> String {
        let key = format!(r"HKLM\System\CurrentControlSet\Services\{}", self.name);
        let known = Command::new("reg").args(["query", &key, "/s"]).output().unwrap();
        String::from_utf8_lossy(&known.stdout).into_owned()
    }

    /// The first line that the console answers with.
    fn console(&self) -> Option<String> {
        let mut stream = TcpStream::connect(self.console).ok()?;
        stream.write_all(b"GET /login HTTP/1.1\r\nHost: console\r\nConnection: close\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.take(64 * 1024).read_to_string(&mut answer).ok()?;
        answer.lines().next().map(str::to_owned)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.service("stop");
        self.service("uninstall");
    }
}

#[test]
fn it_is_installed_started_stopped_and_uninstalled_and_serves_its_console_while_it_runs() {
    let place = Place::new("journey");
    let (exit, said) = place.service("start");
    assert!(exit == 1 && said["error"].as_str().unwrap().contains("is not installed"), "{said}");

    let (exit, said) = place.install();
    assert_eq!((exit, &said["done"], &said["state"]), (0, &json!("installed"), &json!("stopped")), "{said}");
    let (exit, said) = place.install();
    assert!(exit == 1 && said["error"].as_str().unwrap().contains("is installed already"), "{said}");
    assert_eq!(place.console(), None);
    assert!(place.known().contains("service run --name"), "{}", place.known());

    let (exit, said) = place.service("start");
    assert_eq!((exit, &said["state"]), (0, &json!("running")), "{said}");
    assert_eq!(place.console().as_deref(), Some("HTTP/1.1 200 OK"));
    for _ in 0..2 {
        let (exit, said) = place.service("stop");
        assert_eq!((exit, &said["state"]), (0, &json!("stopped")), "{said}");
        assert_eq!(place.console(), None);
    }
    assert_eq!(place.service("uninstall").0, 0);
    assert_eq!(place.service("uninstall").0, 1);
    assert!(place.state().join("settings.toml").exists(), "what it wrote stays");
}

#[test]
fn a_service_that_cannot_begin_says_where_to_look() {
    let place = Place::new("wrong settings");
    std::fs::write(place.state().join("settings.toml"), "[product]\nname = ''\n").unwrap();
    assert_eq!(place.install().0, 0);
    let (exit, said) = place.service("start");
    assert!(exit == 1 && said["error"].as_str().unwrap().contains("see the event log"), "{said}");
}

#[test]
fn another_account_is_taken_only_when_a_share_can_be_used() {
    let place = Place::new("another account");
    assert_eq!(place.install().0, 0);
    let change = ["service", "log-on-as", ".\\svc", "--name", &place.name];
    let (exit, said) = place.with_state(&change, "Rw-Secret-1");
    assert!(exit == 1 && said["error"].as_str().unwrap().contains("license.share"), "{said}");
    // Nobody serves files on the discard port.
    let change = [&change[..], &["--share", "smb://127.0.0.1:9/DroppedLicense"]].concat();
    let (exit, report) = place.with_state(&change, "Rw-Secret-1");
    assert_eq!((exit, &report["ok"]), (1, &json!(false)), "{report}");
    assert!(!place.known().contains("svc"), "{}", place.known());
}
