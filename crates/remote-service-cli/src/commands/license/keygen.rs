use std::{fs::OpenOptions, io::Write, path::PathBuf};

use clap::Args;
use secrecy::ExposeSecret;
use serde_json::json;
use signed_envelope::SigningKey;

use crate::answer::{Answer, Failure, Stop, with_causes};

/// Makes a key pair for signing licenses
///
/// The private key goes into a new file that only you can read; an existing file is never overwritten.
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service license keygen
  remote-service license keygen --out vendor-2027.pem --json")]
pub(crate) struct Keygen {
    /// The file for the private key (PKCS #8, PEM); default KEY_ID.pem
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Keygen {
    pub(crate) fn run(&self) -> Result<Answer, Stop> {
        let key = SigningKey::generate().map_err(|error| Failure::Failed(with_causes(&error)))?;
        let public = key.public();
        let path = self.out.clone().unwrap_or_else(|| format!("{}.pem", public.id()).into());
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&path)
            .and_then(|mut file| {
                file.write_all(key.to_pem().expose_secret().as_bytes())?;
                file.sync_all()
            })
            .map_err(|source| Failure::Write { path: path.clone(), source })?;
        let json = json!({
            "public_key": public.to_hex(),
            "key_id": public.id(),
            "private_key_file": path.to_string_lossy(),
        });
        let text = format!(
            "Private key: {} (keep it secret)\nPublic key:  {}\nKey id:      {}\n",
            path.display(),
            public.to_hex(),
            public.id(),
        );
        Ok(Answer::yes(json, text))
    }
}
