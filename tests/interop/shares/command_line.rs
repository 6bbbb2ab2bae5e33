//! `remote-service license install` to real shares: exit codes, JSON, and the bar that a slow server brings.
use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::samba::{READER, Samba, WRITER, contents};

const LICENSE: &str = "FEATURE WEB_SHOP acmed 1.2 31-dec-2027 10 SN=PD-1 SIGN=1\n";

/// The binary, which a build of the workspace puts beside this test.
fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.ancestors().nth(2).unwrap().join("remote-service");
    assert!(path.exists(), "{} is missing: cargo build -p remote-service-cli", path.display());
    path
}

/// A folder with a license and the writer's password.
fn desk() -> tempfile::TempDir {
    let desk = tempfile::tempdir().unwrap();
    fs::write(desk.path().join("acme.lic"), LICENSE).unwrap();
    fs::write(desk.path().join("password"), format!("{}\n", WRITER.1)).unwrap();
    fs::write(desk.path().join("reader"), READER.1).unwrap();
    fs::write(desk.path().join("wrong"), "wrong").unwrap();
    desk
}

/// Runs `license install acme.lic --unsigned --json` with these arguments and this standard input.
fn install(desk: &Path, arguments: &[&str], input: &str) -> (i32, Value, String) {
    let mut run = Command::new(binary());
    run.current_dir(desk).args(["--json", "license", "install", "acme.lic", "--unsigned"]).args(arguments);
    let mut run = run.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Nobody reads it where no password is wanted.
    let _ = run.stdin.take().unwrap().write_all(input.as_bytes());
    let output = run.wait_with_output().unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code().unwrap(), json, String::from_utf8(output.stderr).unwrap())
}

fn address(samba: &Samba, user: &str, path: &str) -> String {
    format!("smb://PRINTDOM;{user}@127.0.0.1:{}/{path}", samba.port)
}

#[test]
fn a_license_is_installed_on_a_share_with_a_password_from_a_file_or_from_standard_input() {
    let (samba, desk) = (Samba::start(), desk());
    let to = address(&samba, WRITER.0, "DroppedLicense");
    for (arguments, input) in
        [(&["--to", &to, "--password-file", "password"][..], ""), (&["--to", &to], "Rw-Secret-1\r\n")]
    {
        let (exit, json, errors) = install(desk.path(), arguments, input);
        let sha256 = license_lifecycle::Digest::of(LICENSE.as_bytes());
        let place = format!(r"\\127.0.0.1:{}\DroppedLicense\acme.lic", samba.port);
        let expected = json!({
            "outcome": "delivered", "kind": null, "name": "acme.lic", "place": place, "sha256": sha256,
        });
        assert_eq!((exit, json), (0, expected), "{errors}");
        assert_eq!(errors, "", "no bar where standard error is no terminal");
        assert_eq!(contents(&samba.folder("dropped"))["acme.lic"], LICENSE.as_bytes());
        fs::remove_file(samba.folder("dropped").join("acme.lic")).unwrap();
    }
}

#[test]
fn each_failure_exits_with_1_and_says_its_kind() {
    let (samba, desk) = (Samba::start(), desk());
    for (share, user, password, kind, message) in [
        (
            "DroppedLicense",
            WRITER.0,
            "wrong",
            "bad_credentials",
            "user name or password is wrong while logging on",
        ),
        (
            "DroppedLicense",
            "nobody",
            "wrong",
            "bad_credentials",
            "user name or password is wrong while logging on",
        ),
        (
            "DroppedLicense",
            READER.0,
            "reader",
            "access_denied",
            "access denied while writing: the account lacks the right to write",
        ),
        (
            "ReadOnlyShare",
            WRITER.0,
            "password",
            "access_denied",
            "access denied while writing: the account lacks the right to write",
        ),
        (
            "NoSuchShare",
            WRITER.0,
            "password",
            "share_not_found",
            "share does not exist while opening the share",
        ),
        ("DroppedLicense/no", WRITER.0, "password", "path_not_found", "folder does not exist while writing"),
        ("FullDisk", WRITER.0, "password", "disk_full", "no space left while writing"),
    ] {
        let to = address(&samba, user, share);
        let (exit, json, _) = install(desk.path(), &["--to", &to, "--password-file", password], "");
        let said = json["message"].as_str().unwrap_or_default();
        assert_eq!(
            (exit, &json["outcome"], &json["kind"]),
            (1, &json!("failed"), &json!(kind)),
            "{share}: {json}"
        );
        assert_eq!(json["name"], "acme.lic");
        assert!(said.starts_with(message), "{share}: {said}");
        assert!(!said.contains("Secret") && !json.to_string().contains("Secret"));
    }
    samba.stop();
    let to = address(&samba, WRITER.0, "DroppedLicense");
    let (exit, json, _) = install(desk.path(), &["--to", &to, "--password-file", "password"], "");
    assert_eq!((exit, &json["kind"]), (1, &json!("host_unreachable")), "{json}");
}

#[test]
fn what_is_no_address_or_no_password_file_is_wrong_usage() {
    let desk = desk();
    for (arguments, message) in [
        (&["--to", "smb://fls/DroppedLicense"][..], "it names no user"),
        (&["--to", "smb://u:secret@fls/S"], "a password has no place in it"),
        (&["--to", "smb://u@fls"], "it names no share"),
        (&["--to", "smb://u@fls/S", "--password-file", "no-such-file"], "cannot read no-such-file"),
        (&["--to", ".", "--password-file", "password"], "--password-file goes with an smb:// address only"),
    ] {
        let (exit, json, errors) = install(desk.path(), arguments, "");
        assert_eq!(exit, 2, "{arguments:?}: {json}");
        assert!(errors.contains(message) && json["error"].as_str().unwrap().contains(message), "{errors}");
    }
}

#[test]
fn a_server_that_takes_longer_than_a_second_brings_a_bar_to_the_terminal() {
    let desk = desk();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let to = format!("smb://u@{address}/S");
    let command = format!(
        "exec {} license install acme.lic --unsigned --password-file wrong --to {to}",
        binary().display()
    );
    // A terminal of its own (script(1), of Debian's bsdutils); its end ends the command.
    let mut terminal = Command::new("script")
        .args(["--quiet", "--command", &command, "/dev/null"])
        .current_dir(desk.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let bar = format!(r"Delivering acme.lic to \\{address}\S");
    let (mut shown, mut chunk) = (Vec::new(), [0; 1024]);
    let mut screen = terminal.stdout.take().unwrap();
    while !String::from_utf8_lossy(&shown).contains(&bar) {
        let read = screen.read(&mut chunk).unwrap();
        assert!(read > 0, "it ended without a bar: {}", String::from_utf8_lossy(&shown));
        shown.extend_from_slice(&chunk[..read]);
    }
    let after = begun.elapsed();
    terminal.kill().unwrap();
    terminal.wait().unwrap();
    assert!(after >= Duration::from_secs(1) && after < Duration::from_secs(10), "{after:?}");
}
