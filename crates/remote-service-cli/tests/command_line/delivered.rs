use std::fs;

use serde_json::json;

use crate::{
    run_in,
    signed::{LICENSE, issued},
};

#[test]
fn a_verified_license_goes_into_the_inbox_with_its_envelope() {
    let (folder, key) = issued();
    fs::create_dir(folder.path().join("inbox")).unwrap();
    let install = ["license", "install", "acme.lic", "--envelope", "acme.lic.dsse", "--to", "inbox", "--key"];
    let (exit, json) = run_in(folder.path(), &[&install[..], &[&key, "--today", "2026-11-25"]].concat());
    assert_eq!((exit, &json["outcome"], &json["name"]), (0, &json!("delivered"), &json!("acme.lic")));
    assert_eq!(fs::read_to_string(folder.path().join("inbox/acme.lic")).unwrap(), LICENSE);
    assert!(folder.path().join("inbox/acme.lic.dsse").exists());
}

#[test]
fn a_license_that_does_not_verify_is_not_delivered() {
    let (folder, key) = issued();
    fs::create_dir(folder.path().join("inbox")).unwrap();
    fs::write(folder.path().join("acme.lic"), LICENSE.replace("10", "99")).unwrap();
    let install = ["license", "install", "acme.lic", "--envelope", "acme.lic.dsse", "--to", "inbox", "--key"];
    let (exit, json) = run_in(folder.path(), &[&install[..], &[&key, "--today", "2026-11-25"]].concat());
    assert_eq!((exit, &json["outcome"], &json["kind"]), (1, &json!("failed"), &json!("file_mismatch")));
    assert_eq!(fs::read_dir(folder.path().join("inbox")).unwrap().count(), 0);
}

#[test]
fn an_unsigned_license_is_delivered_only_when_asked_for_and_only_into_a_folder_that_is_there() {
    let (folder, _) = issued();
    fs::write(folder.path().join("letter.txt"), "no license\n").unwrap();
    fs::create_dir(folder.path().join("inbox")).unwrap();
    for (arguments, exit, kind) in [
        (&["acme.lic", "--unsigned", "--to", "inbox"][..], 0, json!(null)),
        (&["acme.lic", "--unsigned", "--to", "nowhere"], 1, json!("path_not_found")),
        (&["letter.txt", "--unsigned", "--to", "inbox"], 1, json!("malformed")),
        (&["acme.lic", "--to", "inbox"], 2, json!(null)),
    ] {
        let (found, json) = run_in(folder.path(), &[&["license", "install"], arguments].concat());
        assert_eq!((found, &json["kind"]), (exit, &kind), "{arguments:?}");
    }
    assert!(!folder.path().join("inbox/acme.lic.dsse").exists());
}
