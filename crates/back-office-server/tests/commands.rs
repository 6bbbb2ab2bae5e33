//! The binary, as an operator uses it: from an empty folder to a served installation.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails, panics")]
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use license_lifecycle::manifest::{Reset, issue, issue_reset};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json as document};
use signed_envelope::SigningKey;
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_remote-service-back-office");

fn command(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.current_dir(folder.path()).args(arguments).arg("--json");
    command
}

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn json(folder: &TempDir, arguments: &[&str]) -> Value {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A folder with everything that serving needs, and its configuration file.
fn prepared() -> (TempDir, u16) {
    let folder = tempfile::tempdir().unwrap();
    let vendor = SigningKey::generate().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("vendor.pem", vendor.to_pem().expose_secret());
    write("vendor-public.pem", &vendor.public().to_pem());
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let authority = format!("127.0.0.1:{port}");
    let made = json(&folder, &["keys", "new", "--product", "PRISMAdirect", "--authority", &authority]);
    assert_eq!(made["private_key_file"], "signing-key.pem");
    assert_eq!(made["public_key"].as_str().unwrap().len(), 64);
    let envelope = run(&folder, &["keys", "sign", "back-office-keys.json", "--key", "vendor.pem"]);
    std::fs::write(folder.path().join("keys.dsse"), envelope.stdout).unwrap();
    write(
        "back-office.toml",
        &format!(
            "database = \"sqlite://back-office.db\"\nlisten = \"{authority}\"\nsigning_key = \"signing-key.pem\"\n\
             back_office_keys = \"keys.dsse\"\ntrusted_keys = \"vendor-public.pem\"\nbehind_balancer = true\n"
        ),
    );
    (folder, port)
}

/// Ends the process also when the test fails.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn answers(port: u16) -> bool {
    std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
}

#[test]
fn an_operator_goes_from_an_empty_folder_to_a_serving_back_office() {
    let (folder, port) = prepared();
    let config = ["--config", "back-office.toml"];
    let with = |arguments: &[&'static str]| [&config[..], arguments].concat();
    let added = json(&folder, &with(&["organization", "add", "Print Partners"]));
    let id = added["service_organization_id"].as_str().unwrap().to_owned();
    assert_eq!(added["verification_code"].as_str().unwrap().len(), 19);
    let token = json(
        &folder,
        &["--config", "back-office.toml", "token", "add", "--organization", &id, "--role", "license_desk"],
    );
    assert_eq!(token["token"].as_str().unwrap().len(), 64);

    let served = command(&folder, &with(&["serve"])).stderr(Stdio::null()).spawn().unwrap();
    let served = Served(served);
    let deadline = Instant::now() + Duration::from_secs(20);
    while !answers(port) {
        assert!(Instant::now() < deadline, "not serving");
        std::thread::sleep(Duration::from_millis(20));
    }
    stop(served, deadline);
}

#[cfg(unix)]
fn stop(mut served: Served, deadline: Instant) {
    let asked = Command::new("kill").args(["-TERM", &served.0.id().to_string()]).status().unwrap();
    assert!(asked.success());
    loop {
        match served.0.try_wait().unwrap() {
            Some(status) => break assert!(status.success(), "{status}"),
            None => assert!(Instant::now() < deadline, "did not stop"),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(not(unix))]
fn stop(_: Served, _: Instant) {}

#[test]
fn a_flag_counts_before_the_environment_and_that_before_the_file() {
    let (folder, _) = prepared();
    let add = ["--config", "back-office.toml", "organization", "add", "Print Partners"];
    let flag = ["--database", "sqlite://flag.db"];
    let environment = ("REMOTE_SERVICE_BACK_OFFICE_DATABASE", "sqlite://environment.db");
    let made = |command: &mut Command| {
        assert!(command.output().unwrap().status.success());
        let all = ["back-office.db", "environment.db", "flag.db"];
        let made = all.map(|name| std::fs::remove_file(folder.path().join(name)).is_ok());
        all.into_iter().zip(made).filter_map(|(name, made)| made.then_some(name)).collect::<Vec<_>>()
    };
    assert_eq!(made(&mut command(&folder, &add)), ["back-office.db"]);
    let mut by_environment = command(&folder, &add);
    assert_eq!(made(by_environment.env(environment.0, environment.1)), ["environment.db"]);
    let mut by_flag = command(&folder, &[&add[..], &flag].concat());
    assert_eq!(made(by_flag.env(environment.0, environment.1)), ["flag.db"]);
}

#[test]
fn a_user_is_added_with_a_password_from_standard_input() {
    let (folder, _) = prepared();
    let config = ["--config", "back-office.toml"];
    let added = json(&folder, &[&config[..], &["organization", "add", "Print Partners"]].concat());
    let id = added["service_organization_id"].as_str().unwrap();
    let add = |password: &str| {
        let arguments = ["user", "add", "robin", "--organization", id, "--role", "help_desk"];
        let mut child = command(&folder, &[&config[..], &arguments].concat())
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        child.wait().unwrap().code()
    };
    assert_eq!(add("too short\n"), Some(1));
    assert_eq!(add("correct horse battery\n"), Some(0));
    assert_eq!(add("correct horse battery\n"), Some(1), "the name is taken");
}

#[test]
fn a_license_is_published_and_a_mistyped_one_corrected_with_a_reset() {
    let (folder, _) = prepared();
    let path = |name: &str| folder.path().join(name);
    let vendor = SigningKey::from_pem(&std::fs::read_to_string(path("vendor.pem")).unwrap().into()).unwrap();
    let file = b"# license\n";
    std::fs::write(path("a.lic"), file).unwrap();
    let write = |name: &str, sequence: u64| {
        let manifest = document!({
            "version": 1, "product": "PRISMAdirect", "serial_number": "PD-1", "sequence": sequence,
            "issued_at": "2026-11-01T09:00:00Z", "features": [{ "name": "PRISMADIRECT" }],
            "file": license_lifecycle::FileBinding::of("a.lic".parse().unwrap(), "text", file),
        });
        let manifest = serde_json::from_value(manifest).unwrap();
        std::fs::write(path(name), issue(&manifest, file, &[&vendor]).unwrap().to_json()).unwrap();
    };
    write("mistyped.dsse", 7000);
    write("corrected.dsse", 2);
    let reset = document!({
        "version": 1, "product": "PRISMAdirect", "serial_number": "PD-1", "from_sequence": 7000, "to_sequence": 1,
        "known_time": "2026-11-01T09:00:00Z", "issued_at": "2026-11-01T09:00:00Z",
    });
    let reset: Reset = serde_json::from_value(reset).unwrap();
    std::fs::write(path("a.reset.dsse"), issue_reset(&reset, &[&vendor]).unwrap().to_json()).unwrap();

    let config = ["--config", "back-office.toml"];
    let added = json(&folder, &[&config[..], &["organization", "add", "Print Partners"]].concat());
    let id = added["service_organization_id"].as_str().unwrap();
    let publish = |envelope: &'static str, more: &[&'static str]| {
        let all = ["license", "publish", "--organization", id, "--file", "a.lic", "--envelope", envelope];
        [&config[..], &all, more].concat()
    };
    let published = json(&folder, &publish("mistyped.dsse", &[]));
    assert_eq!(published, document!({ "serial_number": "PD-1", "sequence": 7000, "installations": 0 }));
    let lower = run(&folder, &publish("corrected.dsse", &[]));
    assert_eq!(lower.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&lower.stderr).contains("lower"), "{lower:?}");
    let corrected = json(&folder, &publish("corrected.dsse", &["--reset", "a.reset.dsse"]));
    assert_eq!(corrected["sequence"], 2);
    let missing = run(&folder, &publish("corrected.dsse", &["--reset", "missing.dsse"]));
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn wrong_usage_and_unreadable_files_exit_with_2() {
    let (folder, _) = prepared();
    for arguments in [
        &["serve"][..],
        &["--config", "missing.toml", "serve"],
        &["keys", "sign", "missing.json", "--key", "vendor.pem"],
        &["keys", "sign", "vendor.pem", "--key", "vendor.pem"],
        &["--config", "back-office.toml", "serve", "--tls-cert", "vendor.pem"],
        &["no-such-command"],
    ] {
        assert_eq!(run(&folder, arguments).status.code(), Some(2), "{arguments:?}");
    }
    let again = ["keys", "new", "--product", "X", "--authority", "x"];
    assert_eq!(run(&folder, &again).status.code(), Some(1), "a key is never overwritten");
    assert_private(&folder.path().join("signing-key.pem"));
}

#[cfg(unix)]
fn assert_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[cfg(not(unix))]
fn assert_private(_: &Path) {}
