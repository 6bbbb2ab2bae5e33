//! The back office against its own OpenAPI document: schemathesis, with signatures, and no failure.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that fails, panics, and says what it counted"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use back_office::{Applicant, Client};
use secrecy::ExposeSecret as _;
use signed_envelope::{Digest, SigningKey};
use world::{PRODUCT, Terms, World};

/// Cases for each operation, unless OPENAPI_EXAMPLES says otherwise.
const EXAMPLES: &str = "20";
/// Where the hooks and the configuration are.
const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi");

/// What hooks.py counted.
#[derive(Debug, serde::Deserialize)]
struct Counts {
    cases: u64,
    /// Those of operations that need a signature or a token.
    closed: u64,
    past_authentication: u64,
    by_status: std::collections::BTreeMap<String, u64>,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_back_office_does_what_its_document_says() {
    // Held polls are answered soon, or each of thousands would take 45 s.
    let world = World::start_with(|config| config.limits.hold = Duration::from_millis(50)).await;
    let (member, member_key) = enroll(&world, "PD-0000001").await;
    let (_, poller_key) = enroll(&world, "PD-0000002").await;
    let keys = [("MEMBER", member_key), ("POLLER", poller_key), ("APPLICANT", key())];

    let folder = tempfile::tempdir().unwrap();
    let counts = folder.path().join("counts.json");
    let mut command = Command::new(schemathesis());
    command.arg("--config-file").arg(format!("{HERE}/schemathesis.toml")).arg("run");
    command.arg(world.office.url.join("openapi.json").unwrap().as_str());
    let examples = std::env::var("OPENAPI_EXAMPLES").unwrap_or_else(|_| EXAMPLES.to_owned());
    // One worker: parsing in two threads at once fails in Python 3.11 ("AST constructor recursion depth mismatch").
    command.args(["--max-examples", &examples, "--checks", "all", "--continue-on-failure", "--workers", "1"]);
    command.arg("--tls-verify").arg(&world.office.ca_file);
    command.envs([("SCHEMATHESIS_HOOKS", "hooks"), ("PYTHONPATH", HERE), ("PYTHONDONTWRITEBYTECODE", "1")]);
    for (name, key) in &keys {
        command.env(format!("OPENAPI_{name}"), key.to_pem().expose_secret());
    }
    command.env("OPENAPI_TOKEN", world.office.license_desk.expose_secret()).env("OPENAPI_COUNTS", &counts);
    // It leaves its notes where it runs.
    let ran = command.current_dir(folder.path()).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}\n{}", String::from_utf8_lossy(&ran.stderr));

    let counts: Counts = serde_json::from_slice(&std::fs::read(counts).unwrap()).unwrap();
    let share = counts.past_authentication as f64 / counts.closed as f64;
    println!(
        "{} cases, {:.0} % past authentication, by status {:?}",
        counts.cases,
        share * 100.0,
        counts.by_status
    );
    assert!(share > 0.5, "{counts:?}");
    // After all that, it still serves.
    assert!(member.license(None, world::now()).await.unwrap().is_some());
    world.stop().await;
}

fn key() -> SigningKey {
    SigningKey::generate().unwrap()
}

/// An installation with the license that was published for it, and its key.
async fn enroll(world: &World, serial_number: &str) -> (Client, SigningKey) {
    let terms = Terms { serial_number: serial_number.to_owned(), ..Terms::first(world::now()) };
    let license = world.vendor.issue(&terms);
    world.office.publish(&license).await;
    let office = &world.office;
    let applicant = Applicant {
        service_organization_id: office.organization.service_organization_id.clone(),
        verification_code: office.organization.verification_code.expose_secret().into(),
        serial_number: serial_number.to_owned(),
        license_sha256: Digest::of(&license.file),
        product: PRODUCT.to_owned(),
        product_version: "1.4.0".to_owned(),
    };
    let key = key();
    let client = Client::new(office.http(), &office.url, key.clone(), world.vendor.keys()).unwrap();
    client.enroll(&applicant, world::now()).await.unwrap();
    (client, key)
}

/// A test lies in TARGET/PROFILE/deps; scripts/schemathesis installs into TARGET.
fn schemathesis() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target: &Path = test.ancestors().nth(3).unwrap();
    let program = target.join("schemathesis/bin/schemathesis");
    assert!(program.exists(), "schemathesis is missing: run scripts/schemathesis (needs python3-venv)");
    program
}
