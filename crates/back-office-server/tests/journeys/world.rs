//! A vendor, a back office on loopback, and installations.
use std::net::TcpListener;
use std::sync::{Arc, Once};
use std::time::Duration;

use back_office::keys::{KeysDocument, TYPE, VERSION};
use back_office::{Applicant, Client, Enrolled, Error, Events};
use back_office_server::{BackOffice, Config, OrganizationCredentials, Running, Tls};
use chrono::{DateTime, TimeDelta, Utc};
use license_lifecycle::manifest::{Manifest, ManifestFeature, Reset, issue, issue_reset};
use license_lifecycle::{FileBinding, FileName};
use signed_envelope::{Digest, Envelope, KeyRing, SigningKey};
use tempfile::TempDir;
use url::Url;

/// The serial number of the customer in these journeys.
pub(crate) const SERIAL_NUMBER: &str = "PD-0012345";
/// The product.
pub(crate) const PRODUCT: &str = "PRISMAdirect";

/// A vendor with a back office.
pub(crate) struct World {
    pub(crate) vendor: SigningKey,
    signing_key: SigningKey,
    pub(crate) running: Running,
    pub(crate) organization: OrganizationCredentials,
    folder: TempDir,
}

/// A license file and the envelope that vouches for it.
pub(crate) struct Issued {
    pub(crate) file: Vec<u8>,
    pub(crate) envelope: Vec<u8>,
}

impl Issued {
    /// What installations call it.
    pub(crate) fn offer(&self) -> Digest {
        Envelope::parse(&self.envelope).unwrap().digest()
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

pub(crate) fn key() -> SigningKey {
    SigningKey::generate().unwrap()
}

impl World {
    /// A back office with one organization and the customer's first license.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(adjust: impl Fn(&mut Config)) -> Self {
        let (vendor, signing_key) = (key(), key());
        let folder = tempfile::tempdir().unwrap();
        let running = run(&folder, &vendor, &signing_key, None, adjust).await;
        let organization = running.administration().add_organization("Print Partners").await.unwrap();
        let world = Self { vendor, signing_key, running, organization, folder };
        world.publish(&world.license(1)).await;
        world
    }

    /// Stops the back office and starts it again on the same database and port.
    pub(crate) async fn restart(self) -> Self {
        let port = self.running.address().port();
        self.running.stop().await;
        let running = run(&self.folder, &self.vendor, &self.signing_key, Some(port), |_| {}).await;
        Self { running, ..self }
    }

    /// What `/metrics` says of the gauge or counter whose name ends in `name`.
    pub(crate) async fn metric(&self, name: &str) -> Option<u64> {
        let text =
            http().get(self.base().join("/metrics").unwrap()).send().await.unwrap().text().await.unwrap();
        let lines = text.lines().filter_map(|line| line.rsplit_once(' '));
        lines.filter(|(key, _)| key.ends_with(name)).find_map(|(_, value)| value.parse().ok())
    }

    /// Somebody else in its place: the same database and port, but keys that another vendor vouches for.
    pub(crate) async fn restart_as_impostor(self) -> Impostor {
        let port = self.running.address().port();
        self.running.stop().await;
        let (vendor, signing_key) = (key(), key());
        let running = run(&self.folder, &vendor, &signing_key, Some(port), |_| {}).await;
        Impostor { world: Self { running, ..self } }
    }

    /// Waits for the next second: signatures carry whole seconds.
    pub(crate) async fn next_second(&self) {
        let started = now().timestamp();
        eventually("the next second", async || now().timestamp() > started).await;
    }

    pub(crate) fn database(&self) -> String {
        database(&self.folder)
    }

    pub(crate) fn license(&self, sequence: u64) -> Issued {
        self.license_for(SERIAL_NUMBER, sequence)
    }

    pub(crate) fn license_for(&self, serial_number: &str, sequence: u64) -> Issued {
        let file = format!("# license {sequence} of {serial_number}\n").into_bytes();
        let manifest = manifest(serial_number, sequence, &file);
        let envelope = issue(&manifest, &file, &[&self.vendor]).unwrap().to_json();
        Issued { file, envelope }
    }

    /// A license whose file has a name that no careful vendor would sign.
    pub(crate) fn license_named(&self, name: &str) -> Issued {
        let file = b"# license\n".to_vec();
        let mut document = serde_json::to_value(manifest(SERIAL_NUMBER, 9, &file)).unwrap();
        document["file"]["name"] = name.into();
        let payload = serde_json::to_vec(&document).unwrap();
        let envelope = Envelope::sign(license_lifecycle::manifest::TYPE, &payload, &[&self.vendor]).to_json();
        Issued { file, envelope }
    }

    /// Allows the sequence to go back from a mistyped one.
    pub(crate) fn reset(&self, from_sequence: u64, to_sequence: u64) -> Vec<u8> {
        let (product, serial_number) = (PRODUCT.to_owned(), SERIAL_NUMBER.to_owned());
        let (known_time, issued_at) = (now(), now());
        let reset =
            Reset { version: 1, product, serial_number, from_sequence, to_sequence, known_time, issued_at };
        issue_reset(&reset, &[&self.vendor]).unwrap().to_json()
    }

    pub(crate) async fn publish(&self, license: &Issued) -> u64 {
        let id = &self.organization.service_organization_id;
        let published =
            self.running.administration().publish(id, &license.envelope, &license.file).await.unwrap();
        published.installations
    }

    /// What an administrator types, and what the first license says.
    pub(crate) fn applicant(&self) -> Applicant {
        Applicant {
            service_organization_id: self.organization.service_organization_id.clone(),
            verification_code: self.organization.verification_code.clone(),
            serial_number: SERIAL_NUMBER.to_owned(),
            license_sha256: Digest::of(&self.license(1).file),
            product: PRODUCT.to_owned(),
            product_version: "1.4.0".to_owned(),
        }
    }

    /// Another customer's, whose first license is published.
    pub(crate) async fn applicant_for(&self, serial_number: &str) -> Applicant {
        let license = self.license_for(serial_number, 1);
        self.publish(&license).await;
        let (serial_number, license_sha256) = (serial_number.to_owned(), Digest::of(&license.file));
        Applicant { serial_number, license_sha256, ..self.applicant() }
    }

    pub(crate) fn base(&self) -> Url {
        format!("http://{}", self.running.address()).parse().unwrap()
    }

    pub(crate) fn client(&self, key: &SigningKey) -> Client {
        Client::new(http(), &self.base(), key.clone(), KeyRing::from(self.vendor.public())).unwrap()
    }

    pub(crate) async fn enroll(&self, key: &SigningKey) -> (Arc<Client>, Enrolled) {
        let client = self.client(key);
        let enrolled = client.enroll(&self.applicant(), now()).await.unwrap();
        (Arc::new(client), enrolled)
    }
}

/// A back office that is not the one it says it is.
pub(crate) struct Impostor {
    world: World,
}

impl Impostor {
    /// A client that trusts the true vendor.
    pub(crate) fn client(&self, key: &SigningKey) -> Client {
        self.world.client(key)
    }
}

impl std::ops::Deref for Impostor {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

fn manifest(serial_number: &str, sequence: u64, file: &[u8]) -> Manifest {
    Manifest {
        version: 1,
        product: PRODUCT.to_owned(),
        serial_number: serial_number.to_owned(),
        sequence,
        // Fixed, so that the same license is the same offer each time it is made.
        issued_at: "2026-11-01T09:00:00Z".parse().unwrap(),
        expires: None,
        maintenance_until: None,
        features: vec![ManifestFeature {
            name: "PRISMADIRECT".to_owned(),
            version: None,
            count: Some(sequence),
            expires: None,
        }],
        file: FileBinding::of(FileName::new("prismadirect.lic").unwrap(), "text", file),
    }
}

/// One poll of boot `first`.
pub(crate) async fn poll(client: &Client, cursor: u64, wait_s: u64) -> Result<Events, Error> {
    client.events(cursor, Duration::from_secs(wait_s), "first-boot", now()).await
}

/// Waits until `condition` holds, for at most ten seconds.
pub(crate) async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while !condition().await {
        assert!(tokio::time::Instant::now() < deadline, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The status of a refusal that the back office signed, and its code.
pub(crate) fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> (u16, String) {
    match result {
        Err(Error::Refused { status, problem, .. }) => {
            (status, problem.code().unwrap_or_default().to_owned())
        }
        other => panic!("expected a refusal, got {other:?}"),
    }
}

pub(crate) fn http() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| rustls::crypto::ring::default_provider().install_default().unwrap());
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

fn database(folder: &TempDir) -> String {
    format!("sqlite://{}", folder.path().join("back-office.db").display())
}

async fn run(
    folder: &TempDir,
    vendor: &SigningKey,
    signing_key: &SigningKey,
    port: Option<u16>,
    adjust: impl Fn(&mut Config),
) -> Running {
    let listener = TcpListener::bind(("127.0.0.1", port.unwrap_or(0))).unwrap();
    let document = KeysDocument {
        version: VERSION,
        product: PRODUCT.to_owned(),
        authority: listener.local_addr().unwrap().to_string(),
        sequence: 1,
        issued_at: now(),
        expires_at: now() + TimeDelta::days(365),
        keys: vec![signing_key.public()],
    };
    let keys = Envelope::sign(TYPE, &serde_json::to_vec(&document).unwrap(), &[vendor]).to_json();
    let trusted = KeyRing::from(vendor.public());
    let listen = listener.local_addr().unwrap();
    let mut config =
        Config::new(database(folder), listen, Tls::BehindBalancer, signing_key.clone(), keys, trusted);
    adjust(&mut config);
    BackOffice::start_on(listener, config).await.unwrap()
}
