use std::path::PathBuf;

use clap::Args;
use remote_service::license::{
    Digest,
    manifest::{self, Manifest},
};
use serde_json::{Value, json};
use signed_envelope::SigningKey;

use crate::{
    answer::{Answer, Exit, Failure, Stop, with_causes},
    input,
};

/// Signs a manifest for a license file and prints the envelope
///
/// Length and SHA-256 of the license file are filled in when the manifest leaves them out. A manifest that disagrees
/// with its license file is not signed.
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service license issue manifest.json --file prismadirect.lic --key vendor.pem > prismadirect.lic.dsse")]
pub(crate) struct Issue {
    /// The manifest, as JSON
    manifest: PathBuf,
    /// The license file that it binds
    #[arg(long, value_name = "LICENSE")]
    file: PathBuf,
    /// A private key (PKCS #8, PEM); repeat it for several signatures
    #[arg(long = "key", value_name = "PRIVATE", required = true)]
    keys: Vec<PathBuf>,
}

impl Issue {
    pub(crate) fn run(&self) -> Result<Answer, Stop> {
        let file = input::license(&self.file)?;
        let manifest = self.manifest(&file)?;
        let keys = self.keys.iter().map(|path| {
            SigningKey::from_pem(&input::secret(path)?)
                .map_err(|error| Failure::Usage(format!("--key {}: {}", path.display(), with_causes(&error))))
        });
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        let envelope = manifest::issue(&manifest, &file, &keys.iter().collect::<Vec<_>>())
            .map_err(Failure::from)?
            .to_json();
        let license = manifest::read_unverified(&envelope).map_err(|refusal| {
            Failure::Usage(format!("{}: {}", self.manifest.display(), with_causes(&refusal)))
        })?;
        let disagreements = manifest::disagreements(&license, &file);
        if !disagreements.is_empty() {
            for disagreement in &disagreements {
                eprintln!("remote-service: {disagreement}");
            }
            let json = json!({ "reason": manifest::DISAGREES, "disagreements": disagreements });
            return Ok(Answer { exit: Exit::No, json, text: String::new() });
        }
        let text = String::from_utf8_lossy(&envelope).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Answer::yes(json, text))
    }

    fn manifest(&self, file: &[u8]) -> Result<Manifest, Failure> {
        let unreadable =
            |error: serde_json::Error| Failure::Usage(format!("{}: {error}", self.manifest.display()));
        let text = input::text(&self.manifest)?;
        let mut manifest: Value =
            serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(unreadable)?;
        if let Some(binding) = manifest.get_mut("file").and_then(Value::as_object_mut) {
            binding.entry("length").or_insert(json!(file.len()));
            binding.entry("sha256").or_insert(json!(Digest::of(file)));
        }
        serde_json::from_value(manifest).map_err(unreadable)
    }
}
