use std::{fs, path::Path};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::run_in;

pub(crate) const LICENSE: &str = "FEATURE WEB_SHOP acmed 1.2 31-dec-2027 10 SN=PD-1 SIGN=1\n\
                                  FEATURE MAINTENANCE acmed 1.0 30-nov-2027 1 SN=PD-1 SIGN=2\n";

/// A folder with `acme.lic`, its envelope `acme.lic.dsse`, and the public key in hex.
pub(crate) fn issued() -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    let (exit, made) = run_in(folder.path(), &["license", "keygen", "--out", "vendor.pem"]);
    assert_eq!((exit, &made["private_key_file"]), (0, &json!("vendor.pem")));
    fs::write(folder.path().join("acme.lic"), LICENSE).unwrap();
    let manifest = json!({
        "version": 1, "product": "PRISMAdirect", "serial_number": "PD-1", "sequence": 7,
        "issued_at": "2026-11-24T09:00:00Z", "expires": "2027-12-31", "maintenance_until": "2027-11-30",
        "features": [
            {"name": "WEB_SHOP", "version": "1.2", "count": 10, "expires": "2027-12-31"},
            {"name": "MAINTENANCE", "version": "1.0", "count": 1, "expires": "2027-11-30"},
        ],
        "file": {"name": "acme.lic", "format": "flexnet"},
    });
    fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    let (exit, envelope) = issue(folder.path());
    assert_eq!(exit, 0, "{envelope}");
    fs::write(folder.path().join("acme.lic.dsse"), envelope.to_string()).unwrap();
    (folder, made["public_key"].as_str().unwrap().to_owned())
}

fn issue(folder: &Path) -> (i32, Value) {
    run_in(folder, &["license", "issue", "manifest.json", "--file", "acme.lic", "--key", "vendor.pem"])
}

#[test]
fn what_is_issued_is_verified_and_nothing_else() {
    let (folder, key) = issued();
    let stranger = run_in(folder.path(), &["license", "keygen"]).1["public_key"].as_str().unwrap().to_owned();
    fs::write(folder.path().join("changed.lic"), LICENSE.replace("10", "99")).unwrap();
    fs::write(folder.path().join("broken"), "{\"payloadType\": 7").unwrap();
    for (arguments, exit, reason) in [
        (&["acme.lic.dsse", "--key", &key][..], 0, Value::Null),
        (&["acme.lic.dsse", "--key", &stranger, "--key", &key, "--file", "acme.lic"], 0, Value::Null),
        (&["acme.lic.dsse", "--key", &key, "--serial-number", "PD-1"], 0, Value::Null),
        (&["acme.lic.dsse", "--key", &key, "--serial-number", "PD-2"], 1, json!("wrong_serial_number")),
        (&["acme.lic.dsse", "--key", &stranger], 1, json!("signature_untrusted")),
        (&["acme.lic.dsse", "--key", &key, "--file", "changed.lic"], 1, json!("file_mismatch")),
        (&["acme.lic.dsse", "--key", &key, "--today", "2026-11-20"], 1, json!("issued_in_the_future")),
        (&["broken", "--key", &key], 1, json!("malformed")),
        (&["acme.lic", "--key", &key], 1, json!("unsigned")),
    ] {
        let later = if arguments.contains(&"--today") { &[][..] } else { &["--today", "2026-11-25"] };
        let (found, json) = run_in(folder.path(), &[&["license", "verify"], arguments, later].concat());
        assert_eq!((found, &json["reason"]), (exit, &reason), "{arguments:?}: {json}");
        assert_eq!(json["verdict"], if exit == 0 { "valid" } else { "invalid" });
        assert_eq!(json["key_id"].is_string(), exit == 0);
    }
}

#[test]
fn inspect_says_whether_a_manifest_was_verified() {
    let (folder, key) = issued();
    let inspect = ["license", "inspect", "acme.lic.dsse", "--today", "2026-11-25"];
    let (exit, json) = run_in(folder.path(), &inspect);
    assert_eq!((exit, &json["verified"], &json["sequence"]), (0, &json!(false), &json!(7)));
    let (exit, json) = run_in(folder.path(), &[&inspect[..], &["--key", &key]].concat());
    assert_eq!((exit, &json["verified"], &json["format"]), (0, &json!(true), &json!("manifest")));
    let stranger = run_in(folder.path(), &["license", "keygen"]).1["public_key"].as_str().unwrap().to_owned();
    let (exit, json) = run_in(folder.path(), &[&inspect[..], &["--key", &stranger]].concat());
    assert_eq!((exit, &json["reason"]), (1, &json!("signature_untrusted")));
}

#[test]
fn a_manifest_that_disagrees_with_its_file_is_not_signed() {
    let (folder, _) = issued();
    fs::write(folder.path().join("acme.lic"), LICENSE.replace(" 10 ", " 11 ")).unwrap();
    let (exit, json) = issue(folder.path());
    assert_eq!((exit, &json["reason"]), (1, &json!("manifest_disagrees")));
}

#[test]
fn keygen_never_overwrites_a_key() {
    let (folder, _) = issued();
    let before = fs::read(folder.path().join("vendor.pem")).unwrap();
    let (exit, _) = run_in(folder.path(), &["license", "keygen", "--out", "vendor.pem"]);
    assert_eq!((exit, fs::read(folder.path().join("vendor.pem")).unwrap()), (1, before));
}
