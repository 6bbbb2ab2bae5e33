//! The back office as the measurement sees it: a process, an operator, a license desk.
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use back_office_server::{Administration, OrganizationCredentials, Role};
use base64ct::{Base64, Encoding as _};
use reqwest::StatusCode;
use rustix::process::{Pid, Signal, kill_process};
use secrecy::{ExposeSecret as _, SecretString};
use signed_envelope::{KeyRing, SigningKey};
use tempfile::TempDir;
use url::Url;

use crate::server::{CERTIFICATE, KEYS, SIGNING_KEY, TLS_KEY, TRUSTED, database};
use crate::vendor::{self, Issued, PRODUCT};

/// How the help-desk users of the measurement log in.
pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const USER: &str = "robin";
/// From how many addresses the fleet calls: one address has some 28,000 ports.
const SOURCES: u8 = 8;
/// How long a connection is kept for another request: less than the 30 s after which the server closes it, or both happen
/// at once.
const KEPT: Duration = Duration::from_secs(10);
/// How long a stop may take.
const STOP: Duration = Duration::from_secs(30);

pub(crate) struct Office {
    pub(crate) vendor: SigningKey,
    pub(crate) organization: OrganizationCredentials,
    administration: Administration,
    pub(crate) base: Url,
    pub(crate) http: reqwest::Client,
    token: SecretString,
    certificate: Option<String>,
    folder: TempDir,
    port: u16,
    process: Child,
}

impl Office {
    /// Starts a back office with one organization, one help-desk user and one license desk.
    pub(crate) async fn start(own_tls: bool) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let (vendor, signing_key) = (key(), key());
        let write =
            |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("a file");
        write(SIGNING_KEY, signing_key.to_pem().expose_secret().as_bytes());
        write(KEYS, &vendor::keys(&vendor, signing_key.public(), &format!("127.0.0.1:{port}")));
        write(TRUSTED, vendor.public().to_pem().as_bytes());
        let certificate = own_tls.then(|| {
            let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
            write(CERTIFICATE, made.cert.pem().as_bytes());
            write(TLS_KEY, made.signing_key.serialize_pem().as_bytes());
            made.cert.pem()
        });
        let process = spawn(&folder, port);
        let administration = Administration::open(&database(folder.path())).await.expect("a database");
        let administration = administration.with_vendor(KeyRing::from(vendor.public()), PRODUCT.to_owned());
        let organization = administration.add_organization("Print Partners").await.expect("an organization");
        let id = &organization.service_organization_id;
        administration.add_user(id, USER, Role::HelpDesk, &PASSWORD.to_owned().into()).await.expect("a user");
        let token = administration.add_token(id, Role::LicenseDesk).await.expect("a token");
        let scheme = if own_tls { "https" } else { "http" };
        let base = Url::parse(&format!("{scheme}://127.0.0.1:{port}")).expect("a URL");
        let http = client(certificate.as_deref(), None);
        Self { vendor, organization, administration, base, http, token, certificate, folder, port, process }
    }

    /// HTTP clients for the fleet, each calling from an address of its own.
    pub(crate) fn clients(&self) -> Vec<reqwest::Client> {
        (1..=SOURCES).map(|number| client(self.certificate.as_deref(), Some(number))).collect()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// How many polls are held, as the server says.
    pub(crate) async fn held(&self) -> usize {
        let answer = self.http.get(self.base.join("/metrics").expect("a URL")).send().await;
        let Ok(answer) = answer else { return 0 };
        let text = answer.text().await.unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("back_office_held_polls "));
        line.and_then(|number| number.parse().ok()).unwrap_or_default()
    }

    /// Publishes as the vendor's license desk does.
    pub(crate) async fn publish(&self, license: &Issued) {
        let manifest: serde_json::Value = serde_json::from_slice(&license.envelope).expect("an envelope");
        let body = serde_json::json!({ "manifest": manifest, "file": Base64::encode_string(&license.file) });
        let request = self.http.post(self.base.join("/staff/v1/licenses").expect("a URL"));
        let request = request.bearer_auth(self.token.expose_secret()).body(body.to_string());
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::CREATED, "{}", answer.text().await.unwrap_or_default());
    }

    /// Publishes as an operator's command does: in another process, which the server finds out a little later.
    pub(crate) async fn publish_beside(&self, license: &Issued) {
        let id = &self.organization.service_organization_id;
        let published = self.administration.publish(id, &license.envelope, &license.file).await;
        published.expect("a published license");
    }

    /// Asks the process to stop, waits until it has, and starts another one on the same port and database.
    pub(crate) async fn restart(&mut self) {
        terminate(&self.process);
        let deadline = tokio::time::Instant::now() + STOP;
        while self.process.try_wait().expect("a child").is_none() {
            assert!(tokio::time::Instant::now() < deadline, "the back office does not stop");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.process = spawn(&self.folder, self.port);
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn key() -> SigningKey {
    SigningKey::generate().expect("random numbers")
}

fn client(certificate: Option<&str>, source: Option<u8>) -> reqwest::Client {
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .http1_only()
        .pool_idle_timeout(KEPT);
    if let Some(pem) = certificate {
        let certificate = reqwest::Certificate::from_pem(pem.as_bytes()).expect("a certificate");
        builder = builder.tls_certs_only([certificate]);
    }
    if let Some(number) = source {
        builder = builder.local_address(std::net::IpAddr::from([127, 0, number, 1]));
    }
    builder.build().expect("an HTTP client")
}

/// Starts this program again, as the server.
fn spawn(folder: &TempDir, port: u16) -> Child {
    let program = std::env::current_exe().expect("a program");
    let mut command = Command::new(program);
    command.arg("serve").arg(folder.path()).arg(port.to_string()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("a process");
    let mut line = String::new();
    let mut said = BufReader::new(child.stdout.take().expect("a pipe"));
    said.read_line(&mut line).expect("a line");
    assert_eq!(line, "ready\n", "the server did not start");
    child
}

fn terminate(child: &Child) {
    kill_process(Pid::from_child(child), Signal::TERM).expect("a running child");
}
