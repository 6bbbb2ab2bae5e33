//! Files beyond any measure cost neither memory nor time.
#![cfg(unix)]
use std::{fs, io::Write, path::Path, process::Command};

use serde_json::{Value, json};
use signed_envelope::SigningKey;
use tempfile::TempDir;

const GIB: u64 = 1 << 30;
/// 256 MiB of address space: a quarter of the file, and enough for the program itself.
const ADDRESS_SPACE_KIB: u32 = 256 * 1024;

/// Runs the real binary with a bound on its memory.
fn run_bounded(arguments: &[&str], folder: &Path) -> (Option<i32>, Value) {
    let script = format!("ulimit -v {ADDRESS_SPACE_KIB} && exec \"$0\" --json \"$@\"");
    let output = Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_remote-service")])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap_or(Value::Null))
}

#[test]
fn a_line_of_a_gibibyte_is_refused_within_a_bounded_memory() {
    let folder = TempDir::new().unwrap();
    let key = SigningKey::generate().unwrap().public().to_hex();
    for begin in ["FEATURE WEB_SHOP acmed 1.2 ", "{\"payloadType\": \"", "-----BEGIN LICENSE FILE-----\n"] {
        let path = folder.path().join("huge");
        let mut file = fs::File::create(&path).unwrap();
        file.write_all(begin.as_bytes()).unwrap();
        file.set_len(GIB).unwrap(); // sparse: one line of NUL
        drop(file);
        let (exit, json) = run_bounded(&["license", "inspect", "huge"], folder.path());
        assert_eq!((exit, &json["reason"]), (Some(2), &json!("too_large")), "{begin}: {json}");
        let (exit, json) = run_bounded(&["license", "verify", "huge", "--key", &key], folder.path());
        assert!(exit == Some(1) && json["reason"] != Value::Null, "{begin}: {exit:?} {json}");
    }
}

#[test]
fn deep_nesting_is_refused_without_a_deep_stack() {
    let folder = TempDir::new().unwrap();
    let key = SigningKey::generate().unwrap().public().to_hex();
    for (name, text) in [
        ("auth.lic", format!("FEATURE A acmed 1.0 1-jan-2030 1 AUTH={}", "{ a=(".repeat(100_000))),
        ("envelope.dsse", format!("{{\"payloadType\": {}", "[".repeat(100_000))),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
        let (exit, json) = run_bounded(&["license", "inspect", name], folder.path());
        assert!(matches!(exit, Some(0 | 2)) && json != Value::Null, "{name}: {exit:?} {json}");
        let (exit, json) = run_bounded(&["license", "verify", name, "--key", &key], folder.path());
        assert_eq!(exit, Some(1), "{name}: {json}");
    }
}
