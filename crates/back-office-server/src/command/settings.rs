//! Settings from flags, environment and file: one list of names for all three.
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use back_office::keys::KeysDocument;
use back_office_server::{Administration, Config, Tls};
use clap::Args;
use serde::Deserialize;
use signed_envelope::{Envelope, KeyRing, SigningKey};

use super::{Failure, read, read_text};

#[derive(Debug, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Settings {
    /// `sqlite://PATH`; the file is made when it is missing.
    #[arg(long, global = true, env = "REMOTE_SERVICE_BACK_OFFICE_DATABASE", value_name = "URL")]
    database: Option<String>,
    /// Address and port to listen on.
    #[arg(long, global = true, env = "REMOTE_SERVICE_BACK_OFFICE_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Private key (PEM) that signs answers.
    #[arg(long, global = true, env = "REMOTE_SERVICE_BACK_OFFICE_SIGNING_KEY", value_name = "FILE")]
    signing_key: Option<PathBuf>,
    /// The vendor's envelope that names our keys, product and authority.
    #[arg(long, global = true, env = "REMOTE_SERVICE_BACK_OFFICE_BACK_OFFICE_KEYS", value_name = "FILE")]
    back_office_keys: Option<PathBuf>,
    /// The vendor's public keys (PEM).
    #[arg(long, global = true, env = "REMOTE_SERVICE_BACK_OFFICE_TRUSTED_KEYS", value_name = "FILE")]
    trusted_keys: Option<PathBuf>,
    /// Certificate chain (PEM), leaf first.
    #[arg(long, global = true, env = "REMOTE_SERVICE_BACK_OFFICE_TLS_CERT", value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// Private key of the certificate (PEM).
    #[arg(long, global = true, env = "REMOTE_SERVICE_BACK_OFFICE_TLS_KEY", value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// A balancer on this machine terminates TLS: plain HTTP, loopback addresses only.
    #[arg(long, global = true, env = "REMOTE_SERVICE_BACK_OFFICE_BEHIND_BALANCER")]
    behind_balancer: bool,
}

/// Reads the configuration file; without one, everything is unset.
pub(super) fn read_file(path: Option<&Path>) -> Result<Settings, Failure> {
    let Some(path) = path else { return Ok(Settings::default()) };
    toml::from_str(&read_text(path)?).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}

impl Settings {
    /// What is unset here is taken from `other`.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            database: self.database.or(other.database),
            listen: self.listen.or(other.listen),
            signing_key: self.signing_key.or(other.signing_key),
            back_office_keys: self.back_office_keys.or(other.back_office_keys),
            trusted_keys: self.trusted_keys.or(other.trusted_keys),
            tls_cert: self.tls_cert.or(other.tls_cert),
            tls_key: self.tls_key.or(other.tls_key),
            behind_balancer: self.behind_balancer || other.behind_balancer,
        }
    }

    /// Everything that serving needs.
    pub(super) fn config(self) -> Result<Config, Failure> {
        let tls = match (self.behind_balancer, &self.tls_cert, &self.tls_key) {
            (true, None, None) => Tls::BehindBalancer,
            (false, Some(cert), Some(key)) => {
                Tls::Own { cert_pem: read_text(cert)?, key_pem: read_text(key)?.into() }
            }
            _ => return Err(Failure::usage("give either --tls-cert and --tls-key, or --behind-balancer")),
        };
        let signing_key = needed(self.signing_key.as_deref(), "signing-key")?;
        let signing_key = SigningKey::from_pem(&read_text(signing_key)?.into())
            .map_err(|error| Failure::usage(format!("{}: {error}", signing_key.display())))?;
        let keys = read(needed(self.back_office_keys.as_deref(), "back-office-keys")?)?;
        let listen = needed(self.listen, "listen")?;
        let trusted = self.trusted()?;
        Ok(Config::new(needed(self.database, "database")?, listen, tls, signing_key, keys, trusted))
    }

    /// The acts of an operator on the database.
    pub(super) async fn administration(&self) -> Result<Administration, Failure> {
        let database = needed(self.database.as_deref(), "database")?;
        Ok(Administration::open(database).await?)
    }

    /// The same, and with the vendor's keys, so that licenses can be published.
    pub(super) async fn publishing(&self) -> Result<Administration, Failure> {
        let administration = self.administration().await?;
        let path = needed(self.back_office_keys.as_deref(), "back-office-keys")?;
        let malformed =
            |_| Failure::usage(format!("{}: not an envelope with back-office keys", path.display()));
        let envelope = Envelope::parse(&read(path)?).map_err(|error| malformed(error.to_string()))?;
        let document: KeysDocument = serde_json::from_slice(envelope.unverified_payload())
            .map_err(|error| malformed(error.to_string()))?;
        Ok(administration.with_vendor(self.trusted()?, document.product))
    }

    fn trusted(&self) -> Result<KeyRing, Failure> {
        let path = needed(self.trusted_keys.as_deref(), "trusted-keys")?;
        KeyRing::from_pem(&read_text(path)?)
            .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
    }
}

fn needed<T>(setting: Option<T>, name: &str) -> Result<T, Failure> {
    setting.ok_or_else(|| Failure::usage(format!("--{name} is not given")))
}
