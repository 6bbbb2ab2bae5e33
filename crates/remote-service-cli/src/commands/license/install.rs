use std::path::{Path, PathBuf};

use clap::Args;
use remote_service::license::{FileName, Refusal, Trust, flexnet, manifest, server::LicenseFile};
use serde_json::json;

use crate::{
    answer::{Answer, Stop, with_causes},
    clock::Clock,
    input, keys, progress,
};

mod destination;

/// Puts a license into a license server's inbox, whole or not at all
///
/// With --envelope and --key the license is verified first, and its envelope goes with it. A FlexNet file without an
/// envelope is delivered only with --unsigned. The password of a share is asked for, or read from standard input.
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service license install prismadirect.lic --envelope prismadirect.lic.dsse --key vendor.pem --to /srv/fls/DroppedLicense
  remote-service license install prismadirect.lic --unsigned --to 'C:\\FLS\\DroppedLicense' --json
  remote-service license install prismadirect.lic --unsigned --to 'smb://PRINT;fls@server/DroppedLicense'
  remote-service license install prismadirect.lic --unsigned --to smb://fls@server:1445/Shared/DroppedLicense --password-file fls.password")]
pub(crate) struct Install {
    /// The license file
    file: PathBuf,
    /// The envelope that came with it
    #[arg(long, value_name = "ENVELOPE", requires = "keys", required_unless_present = "unsigned")]
    envelope: Option<PathBuf>,
    /// A public key to trust: 64 hex digits, or a file with them or with PEM blocks; may be repeated
    #[arg(long = "key", value_name = "PUBLIC")]
    keys: Vec<String>,
    /// Deliver without a signature that could be checked
    #[arg(long, conflicts_with_all = ["envelope", "keys"])]
    unsigned: bool,
    /// The inbox: a folder, or smb://[DOMAIN;]USER@HOST[:PORT]/SHARE[/PATH], where %XX stands for a reserved character
    #[arg(long, value_name = "FOLDER|smb://…")]
    to: PathBuf,
    /// A file with the password of the share's user
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Keep the envelope back: a FlexNet server reads the license file alone
    #[arg(long)]
    file_alone: bool,
}

impl Install {
    pub(crate) fn run(&self, clock: &Clock) -> Result<Answer, Stop> {
        let bytes = input::license(&self.file)?;
        let license = match &self.envelope {
            Some(envelope) => self.signed(envelope, bytes, clock)?,
            None => self.unsigned(bytes)?,
        };
        let bar = progress::hidden(license.size(!self.file_alone));
        let mut server = destination::open(&self.to, self.password_file.as_deref(), !self.file_alone, &bar)?;
        let (name, place) = (license.name.as_str(), server.describe());
        let text = format!("Delivering {name} to {place}");
        match progress::shown_when_slow(&bar, text, || server.deliver(&license)) {
            Ok(receipt) => {
                let json = json!({
                    "outcome": "delivered", "kind": null, "name": name, "place": receipt.place, "sha256": receipt.sha256,
                });
                Ok(Answer::yes(json, format!("Delivered {name} to {place}.\n")))
            }
            Err(error) => Ok(failed(error.kind.code(), name, &with_causes(&error))),
        }
    }

    fn signed(&self, envelope: &Path, bytes: Vec<u8>, clock: &Clock) -> Result<LicenseFile, Stop> {
        let envelope = input::license(envelope)?;
        let trust = Trust::new(keys::ring(&self.keys)?, clock.now());
        let given = self.file.file_name().unwrap_or_default().to_string_lossy();
        let license = manifest::open(&envelope, &bytes, &trust)
            .map_err(|refusal| failed(refusal.code(), &given, &with_causes(&refusal)))?;
        let name = license.file.as_ref().map(|file| file.name.clone());
        let name = name.map_or_else(|| FileName::new(given.clone()), Ok);
        Ok(LicenseFile {
            name: name.map_err(|error| failed("bad_name", &given, &with_causes(&error)))?,
            bytes,
            envelope: Some(envelope),
        })
    }

    fn unsigned(&self, bytes: Vec<u8>) -> Result<LicenseFile, Stop> {
        let given = self.file.file_name().unwrap_or_default().to_string_lossy();
        if let Err(refusal) = read_unsigned(&bytes) {
            return Err(failed(refusal.code(), &given, &with_causes(&refusal)).into());
        }
        let name =
            FileName::new(given.clone()).map_err(|error| failed("bad_name", &given, &with_causes(&error)))?;
        Ok(LicenseFile { name, bytes, envelope: None })
    }
}

fn read_unsigned(bytes: &[u8]) -> Result<(), Refusal> {
    let file = flexnet::read(bytes)?;
    if file.has_licenses() {
        return Ok(());
    }
    Err(Refusal::Malformed { part: "license file", detail: "it holds no FlexNet license line".to_owned() })
}

fn failed(kind: &str, name: &str, message: &str) -> Answer {
    let json = json!({ "outcome": "failed", "kind": kind, "name": name, "message": message });
    Answer::yes_or_no(false, json, format!("Not delivered ({kind}): {message}.\n"))
}
