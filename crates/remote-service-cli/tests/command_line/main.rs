//! The real binary: the shape of its JSON and its exit code, for every command, good and bad.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod audit;
mod delivered;
mod huge;
mod keygen;
mod proxy;
mod read;
mod server;
mod signed;

use std::{path::PathBuf, process::Command};

use serde_json::Value;

/// Runs `remote-service` with these arguments and `--json` in the folder; says exit code and JSON.
fn run_in(folder: &std::path::Path, arguments: &[&str]) -> (i32, Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_remote-service"))
        .current_dir(folder)
        .arg("--json")
        .args(arguments)
        .output()
        .unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code().unwrap(), json)
}

fn run(arguments: &[&str]) -> (i32, Value) {
    run_in(&std::env::temp_dir(), arguments)
}

fn data(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    // What was compiled on Linux for Windows lacks the drive.
    std::path::absolute(path).unwrap().to_string_lossy().into_owned()
}

#[test]
fn every_command_has_help_with_examples() {
    let on_windows =
        ["install", "start", "stop", "uninstall", "log-on-as"].map(|what| format!("service {what}"));
    let everywhere = [
        "license inspect",
        "license lines",
        "license verify",
        "license diff",
        "license notices",
        "license covers",
        "license keygen",
        "license issue",
        "license install",
        "license import",
        "license-server status",
        "assistance audit verify",
        "proxy resolve",
        "proxy test",
        "connect test",
        "console user add",
        "secret set",
        "run",
    ];
    let on_windows = on_windows.iter().filter(|_| cfg!(windows)).map(String::as_str);
    for command in everywhere.into_iter().chain(on_windows) {
        let output = Command::new(env!("CARGO_BIN_EXE_remote-service"))
            .args(command.split(' '))
            .arg("--help")
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && text.contains("Examples:"), "{command}: {text}");
    }
}

#[test]
fn wrong_usage_exits_with_2() {
    for arguments in [
        &["license"][..],
        &["license", "inspect"],
        &["license", "inspect", "/no/such/file"],
        &["license", "verify", "/no/such/file", "--key", "/no/such/key"],
        &["license", "verify", "/no/such/file"],
        &["license", "covers", "x.lic", "--release-date", "tomorrow"],
        &["license", "install", "x.lic", "--to", "/tmp"],
        &["license-server", "status"],
        &["license-server", "status", "--server", "fls"],
    ] {
        let (exit, json) = run(arguments);
        assert!(exit == 2 && json["error"].is_string(), "{arguments:?}: {exit} {json}");
    }
}
