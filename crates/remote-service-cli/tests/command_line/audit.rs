use std::{fs, path::Path};

use remote_service::assistance::{Gatekeeper, Input, Now, Policy, Rejection};
use serde_json::{Value, json};
use signed_envelope::SigningKey;
use tempfile::TempDir;

use crate::run_in;

/// An audit of six records with its head, as the gatekeeper writes it, and the key of its installation.
fn audit(folder: &Path) -> String {
    let key = SigningKey::generate().unwrap();
    let utc = chrono::Offset::fix(&chrono::Utc);
    let now =
        Now { wall: chrono::DateTime::UNIX_EPOCH, since_boot: Default::default(), signed: None, offset: utc };
    let policy = Policy { allowed: true, ..Policy::default() };
    let (mut keeper, _) = Gatekeeper::open(folder, key.clone(), &[], policy, now).unwrap();
    for _ in 0..5 {
        keeper.step(Input::Asked(Err(Rejection::Expired)), now);
    }
    key.public().to_hex()
}

fn verify(folder: &Path, more: &[&str]) -> (i32, Value) {
    run_in(folder, &[&["assistance", "audit", "verify", "audit.jsonl"], more].concat())
}

#[test]
fn an_untouched_audit_verifies_and_without_a_head_its_tail_is_unknown() {
    let folder = TempDir::new().unwrap();
    let key = audit(folder.path());
    let complete = json!({"ok": true, "records": 6, "first_bad": null, "tail": "complete"});
    assert_eq!(verify(folder.path(), &["--head", "audit.head", "--key", &key]), (0, complete));
    let unknown = json!({"ok": true, "records": 6, "first_bad": null, "tail": "unknown"});
    assert_eq!(verify(folder.path(), &[]), (0, unknown));
}

#[test]
fn every_tampering_is_a_no_that_says_where() {
    type Tamper = fn(&mut Vec<&str>);
    let tampered: [(&str, Tamper, Value, &str); 6] = [
        ("edit", |lines| lines[2] = r#"{"seq":3}"#, json!(3), "unknown"),
        (
            "delete",
            |lines| {
                lines.remove(2);
            },
            json!(3),
            "unknown",
        ),
        ("insert", |lines| lines.insert(2, lines[2]), json!(4), "unknown"),
        ("reorder", |lines| lines.swap(3, 4), json!(4), "unknown"),
        ("cut", |lines| lines.truncate(5), json!(null), "cut"),
        ("foreign tail", |lines| lines.push("{}"), json!(7), "unknown"),
    ];
    for (what, tamper, first_bad, tail) in tampered {
        let folder = TempDir::new().unwrap();
        let key = audit(folder.path());
        let text = fs::read_to_string(folder.path().join("audit.jsonl")).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        tamper(&mut lines);
        fs::write(folder.path().join("audit.jsonl"), lines.join("\n") + "\n").unwrap();
        let (exit, json) = verify(folder.path(), &["--head", "audit.head", "--key", &key]);
        assert_eq!((exit, &json["ok"], &json["first_bad"]), (1, &json!(false), &first_bad), "{what}");
        assert_eq!(json["tail"], tail, "{what}");
    }
}

#[test]
fn a_head_of_another_installation_is_not_believed() {
    let folder = TempDir::new().unwrap();
    audit(folder.path());
    let other = SigningKey::generate().unwrap().public().to_hex();
    let (exit, json) = verify(folder.path(), &["--head", "audit.head", "--key", &other]);
    assert_eq!((exit, &json["ok"], &json["reason"]), (1, &json!(false), &json!("head_untrusted")));
    assert_eq!((&json["records"], &json["tail"]), (&json!(6), &json!("unknown")));
}

#[test]
fn missing_files_and_a_head_without_a_key_are_wrong_usage() {
    let folder = TempDir::new().unwrap();
    assert_eq!(verify(folder.path(), &[]).0, 2);
    let key = audit(folder.path());
    assert_eq!(verify(folder.path(), &["none.jsonl"]).0, 2);
    assert_eq!(verify(folder.path(), &["--head", "audit.head"]).0, 2);
    assert_eq!(verify(folder.path(), &["--head", "none.head", "--key", &key]).0, 2);
}
