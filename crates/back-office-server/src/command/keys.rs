//! `keys`: the key that signs answers, and the vendor's envelope that names it.
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use back_office::keys::{KeysDocument, TYPE, VERSION};
use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand};
use secrecy::ExposeSecret as _;
use serde_json::json;
use signed_envelope::{Envelope, PublicKey, SigningKey};

use super::{Failure, Out, read, read_text};

#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Make a signing key, and the unsigned payload that the vendor is to sign.
    New(New),
    /// Sign a payload with the vendor's private key; the envelope goes to standard output.
    Sign {
        /// The payload that `keys new` made.
        payload: PathBuf,
        /// The vendor's private key (PEM).
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(super) struct New {
    /// The product whose installations are served.
    #[arg(long)]
    product: String,
    /// Host, or host:port unless the port is 443, as installations call it.
    #[arg(long, value_name = "HOST[:PORT]")]
    authority: String,
    /// Higher than that of every envelope before.
    #[arg(long, default_value_t = 1)]
    sequence: u64,
    /// How long the envelope counts.
    #[arg(long, default_value_t = 730, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3660))]
    days: u32,
    /// Public keys (64 hex digits) that stay in force beside the new one.
    #[arg(long = "keep", value_name = "PUBLIC")]
    keep: Vec<PublicKey>,
    /// Where the private key goes; the file must not exist.
    #[arg(long, value_name = "FILE", default_value = "signing-key.pem")]
    private_key: PathBuf,
    /// Where the payload goes; the file must not exist.
    #[arg(long, value_name = "FILE", default_value = "back-office-keys.json")]
    payload: PathBuf,
}

impl Keys {
    pub(super) fn run(self, out: Out) -> Result<(), Failure> {
        match self {
            Self::New(new) => new.run(out),
            Self::Sign { payload, key } => sign(&payload, &key),
        }
    }
}

impl New {
    fn run(self, out: Out) -> Result<(), Failure> {
        let key = SigningKey::generate().map_err(Failure::failed)?;
        let public = key.public();
        let issued_at = now();
        let document = KeysDocument {
            version: VERSION,
            product: self.product,
            authority: self.authority.to_ascii_lowercase(),
            sequence: self.sequence,
            issued_at,
            expires_at: issued_at + TimeDelta::days(self.days.into()),
            keys: std::iter::once(public).chain(self.keep).collect(),
        };
        let payload = serde_json::to_vec_pretty(&document).map_err(Failure::failed)?;
        create(&self.private_key, key.to_pem().expose_secret().as_bytes())?;
        create(&self.payload, &payload)?;
        let (private, payload) = (self.private_key.display(), self.payload.display());
        out.print(
            &json!({
                "public_key": public, "key_id": public.id(),
                "private_key_file": private.to_string(), "payload_file": payload.to_string(),
            }),
            &format!("Key {} in {private}; now let the vendor sign {payload}", public.id()),
        )
    }
}

fn sign(payload: &Path, key: &Path) -> Result<(), Failure> {
    let bytes = read(payload)?;
    // What is not such a document is not signed by accident.
    serde_json::from_slice::<KeysDocument>(&bytes)
        .map_err(|error| Failure::usage(format!("{}: {error}", payload.display())))?;
    let key = SigningKey::from_pem(&read_text(key)?.into())
        .map_err(|error| Failure::usage(format!("{}: {error}", key.display())))?;
    std::io::stdout().write_all(&Envelope::sign(TYPE, &bytes, &[&key]).to_json()).map_err(Failure::failed)
}

/// Makes a file that only its owner reads, and never overwrites a key.
fn create(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| Failure::failed(format!("{}: {error}", path.display())))
}

#[expect(clippy::disallowed_methods, reason = "a binary reads the clock")]
fn now() -> DateTime<Utc> {
    Utc::now()
}
