//! The back office: TLS with a certificate authority of its own, one service organization, one token.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use back_office_server::{BackOffice, Config, OrganizationCredentials, Role, Running, Tls};
use base64ct::{Base64, Encoding};
use secrecy::{ExposeSecret, SecretString};
use signed_envelope::{Envelope, SigningKey};
use url::Url;

use crate::{Books, PRODUCT, SignedLicense, Vendor};

const KEYS_TYPE: &str = "application/vnd.remote-service.back-office-keys+json";

/// A running back office and what its operator holds.
#[derive(Debug)]
pub struct Office {
    /// Where installations find it.
    pub url: Url,
    /// What an administrator types into the settings.
    pub organization: OrganizationCredentials,
    /// The certificate authority, as PEM.
    pub ca_file: PathBuf,
    /// Signs answers and requests for assistance.
    pub key: SigningKey,
    /// Bearer token of the license desk.
    pub license_desk: SecretString,
    /// Its database.
    pub books: Books,
    running: Running,
    http: reqwest::Client,
    database: PathBuf,
    /// Certificate and key, as PEM.
    tls: (String, SecretString),
}

impl Office {
    pub(crate) async fn start(folder: &Path, vendor: &Vendor, adjust: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let authority = format!("localhost:{port}");
        let key = SigningKey::generate().expect("random numbers");
        let (ca_pem, tls) = certificates();
        let ca_file = folder.join("ca.pem");
        std::fs::write(&ca_file, &ca_pem).expect("a CA file");
        let database = folder.join("back-office.sqlite");
        let mut config = Config::new(
            format!("sqlite://{}", database.display()),
            listener.local_addr().expect("an address"),
            own(&tls),
            key.clone(),
            keys_envelope(vendor, &key, &authority, 1),
            vendor.keys(),
        );
        adjust(&mut config);
        let running = BackOffice::start_on(listener, config).await.expect("a back office");
        let administration = running.administration();
        let organization = administration.add_organization("Demo Services").await.expect("an organization");
        let id = &organization.service_organization_id;
        let license_desk = administration.add_token(id, Role::LicenseDesk).await.expect("a token");
        let http = reqwest::Client::builder()
            .tls_certs_only([reqwest::Certificate::from_pem(ca_pem.as_bytes()).expect("a certificate")])
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("an HTTP client");
        let url = Url::parse(&format!("https://{authority}/")).expect("a URL");
        let books = Books::open(&database).await;
        Self { url, organization, ca_file, key, license_desk, books, running, http, database, tls }
    }

    /// Starts again in the same place with the key `key`, which the vendor vouched for in issue `sequence` of the keys.
    pub async fn with_key(self, vendor: &Vendor, key: SigningKey, sequence: u64) -> Self {
        let address = self.running.address();
        self.running.stop().await;
        let listener = TcpListener::bind(address).expect("the port of before");
        let authority = format!("localhost:{}", address.port());
        let config = Config::new(
            format!("sqlite://{}", self.database.display()),
            address,
            own(&self.tls),
            key.clone(),
            keys_envelope(vendor, &key, &authority, sequence),
            vendor.keys(),
        );
        let running = BackOffice::start_on(listener, config).await.expect("a back office");
        Self { running, key, ..self }
    }

    /// Publishes as the vendor's release desk does: over HTTPS, with its token.
    pub async fn publish(&self, license: &SignedLicense) {
        self.post(license, None).await;
    }

    /// The same for a license with a lower sequence, with the reset that allows it.
    pub async fn correct(&self, license: &SignedLicense, reset: &[u8]) {
        self.post(license, Some(reset)).await;
    }

    async fn post(&self, license: &SignedLicense, reset: Option<&[u8]>) {
        let envelope =
            |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).expect("an envelope");
        let body = serde_json::json!({
            "manifest": envelope(&license.envelope),
            "file": Base64::encode_string(&license.file),
            "reset": reset.map(envelope),
        });
        let answer = self
            .http
            .post(self.url.join("staff/v1/licenses").expect("a path"))
            .bearer_auth(self.license_desk.expose_secret())
            .header("content-type", "application/json")
            .body(body.to_string())
            .send()
            .await
            .expect("an answer");
        let status = answer.status();
        assert!(status.is_success(), "publishing: {status} {}", answer.text().await.unwrap_or_default());
    }

    /// An HTTP client that trusts this back office.
    pub fn http(&self) -> reqwest::Client {
        self.http.clone()
    }

    /// The running server.
    pub fn server(&self) -> &Running {
        &self.running
    }

    pub(crate) async fn stop(self) {
        self.running.stop().await;
    }
}

fn own((cert_pem, key_pem): &(String, SecretString)) -> Tls {
    Tls::Own { cert_pem: cert_pem.clone(), key_pem: key_pem.clone() }
}

fn keys_envelope(vendor: &Vendor, key: &SigningKey, authority: &str, sequence: u64) -> Vec<u8> {
    let now = crate::now();
    let payload = serde_json::json!({
        "version": 1, "product": PRODUCT, "authority": authority, "sequence": sequence,
        "issued_at": now, "expires_at": now + chrono::TimeDelta::days(365),
        "keys": [key.public().to_hex()],
    });
    Envelope::sign(KEYS_TYPE, payload.to_string().as_bytes(), &[&vendor.key]).to_json()
}

/// A certificate authority, and a certificate of it for this machine.
fn certificates() -> (String, (String, SecretString)) {
    let ca_key = rcgen::KeyPair::generate().expect("a key");
    let mut ca = rcgen::CertificateParams::new(Vec::new()).expect("parameters");
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    ca.distinguished_name.push(rcgen::DnType::CommonName, "Remote Service demo CA");
    let ca_pem = ca.self_signed(&ca_key).expect("a CA").pem();
    let issuer = rcgen::Issuer::new(ca, ca_key);
    let key = rcgen::KeyPair::generate().expect("a key");
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let leaf = rcgen::CertificateParams::new(names).expect("parameters");
    let cert_pem = leaf.signed_by(&key, &issuer).expect("a certificate").pem();
    (ca_pem, (cert_pem, key.serialize_pem().into()))
}
