//! Holds the arrows of ARCHITECTURE.md: who may name whom in a `[dependencies]` table.

use std::collections::BTreeSet;

/// Each crate of ours and the crates of ours that it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("durable-file", &[]),
    ("signed-envelope", &[]),
    ("current-credentials", &[]),
    ("secret-store", &["durable-file"]),
    ("proxy-config", &["current-credentials"]),
    ("back-office", &["signed-envelope"]),
    ("license-lifecycle", &["durable-file", "signed-envelope"]),
    ("remote-assistance", &["durable-file", "signed-envelope"]),
    (
        "remote-service",
        &[
            "back-office",
            "durable-file",
            "license-lifecycle",
            "proxy-config",
            "remote-assistance",
            "secret-store",
            "signed-envelope",
        ],
    ),
    ("remote-service-console", &["durable-file", "remote-service"]), // the user file
    ("remote-service-cli", &["remote-service", "remote-service-console", "signed-envelope", "windows-host"]),
    ("windows-host", &["remote-service"]),
    ("back-office-server", &["back-office", "license-lifecycle", "remote-assistance", "signed-envelope"]),
    ("floating-license-server", &["durable-file", "license-lifecycle", "signed-envelope"]),
];

/// The only crates whose public API may name reqwest, and the feature that brings it.
const REQWEST: &[(&str, &str)] =
    &[("back-office", "client"), ("proxy-config", "client"), ("remote-assistance", "teamviewer")];

#[test]
fn no_crate_names_another_that_the_architecture_does_not_allow() {
    let ours: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    for (name, manifest) in manifests() {
        let (_, allowed) = ARROWS
            .iter()
            .find(|(known, _)| *known == name)
            .unwrap_or_else(|| panic!("{name} has no row in ARROWS: decide whom it may know"));
        for dependency in dependencies(&manifest) {
            assert!(
                !ours.contains(dependency.as_str()) || allowed.contains(&dependency.as_str()),
                "{name} must not depend on {dependency}"
            );
        }
    }
}

#[test]
fn a_leaf_brings_reqwest_only_with_its_feature() {
    for (leaf, feature) in REQWEST {
        let optional = manifest(leaf)
            .get("dependencies")
            .and_then(|table| table.get("reqwest"))
            .is_none_or(|entry| entry.get("optional").and_then(toml::Value::as_bool) == Some(true));
        assert!(optional, "{leaf}: reqwest must come with feature `{feature}` only");
    }
    for leaf in
        ["license-lifecycle", "signed-envelope", "durable-file", "secret-store", "current-credentials"]
    {
        assert!(!dependencies(&manifest(leaf)).contains("reqwest"), "{leaf} must not know reqwest");
    }
}

#[test]
fn every_crate_root_forbids_unsafe_code_but_the_one_that_needs_it() {
    for (name, _) in manifests() {
        let root = ["lib.rs", "main.rs"]
            .iter()
            .map(|file| format!("{}/crates/{name}/src/{file}", env!("CARGO_MANIFEST_DIR")))
            .find(|path| std::path::Path::new(path).exists())
            .unwrap_or_else(|| panic!("{name} has no crate root"));
        let source = std::fs::read_to_string(&root).unwrap();
        assert!(
            source.contains("#![forbid(unsafe_code)]") || name == "current-credentials",
            "{root} must forbid unsafe code"
        );
    }
}

fn manifest(of: &str) -> toml::Table {
    let found = manifests().into_iter().find(|(name, _)| name == of);
    found.unwrap_or_else(|| panic!("there is no crate {of}")).1
}

fn manifests() -> Vec<(String, toml::Table)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/crates");
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let text = std::fs::read_to_string(path.join("Cargo.toml")).unwrap();
            (path.file_name().unwrap().to_string_lossy().into_owned(), text.parse().unwrap())
        })
        .collect()
}

/// Names in `[dependencies]` and in `[target.….dependencies]`; dev-dependencies are free.
fn dependencies(manifest: &toml::Table) -> BTreeSet<String> {
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let of_targets = targets.iter().flat_map(|table| table.values()).filter_map(|t| t.get("dependencies"));
    manifest
        .get("dependencies")
        .into_iter()
        .chain(of_targets)
        .filter_map(toml::Value::as_table)
        .flat_map(|table| table.keys().cloned())
        .collect()
}
