use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;
use remote_service::license::{Digest, Format, KeyId, Refusal, Trust, flexnet, keygen, manifest};
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Failure, Stop, with_causes},
    clock::Clock,
    input,
    opened::open_manifest,
    reading::Proof,
};

/// Says whether a license was signed by a trusted key and fits what it is held against
///
/// Exit code 0: valid; 1: invalid, with a reason.
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service license verify prismadirect.lic.dsse --key vendor.pem --file prismadirect.lic
  remote-service license verify machine.lic --key 5ec63a… --secret-file license-key.txt --fingerprint 4e:2a… --json")]
pub(crate) struct Verify {
    /// The manifest envelope or Keygen file
    file: PathBuf,
    /// The license file that the manifest binds; without it only the envelope is judged
    #[arg(long = "file", value_name = "LICENSE")]
    bound: Option<PathBuf>,
    /// The serial number that the license must be for
    #[arg(long, value_name = "SERIAL")]
    serial_number: Option<String>,
    #[command(flatten)]
    proof: Proof,
}

/// What was found valid.
struct Valid {
    format: &'static str,
    key: Option<KeyId>,
    digest: Digest,
    serial_number: Option<String>,
    /// What only some formats tell.
    more: Value,
}

impl Verify {
    pub(crate) fn run(&self, clock: &Clock) -> Result<Answer, Stop> {
        let Some(trust) = self.proof.trust(clock)? else {
            return Err(Failure::Usage("give the vendor's public key: --key PUBLIC".to_owned()).into());
        };
        let trust = Trust { serial_number: self.serial_number.clone(), ..trust };
        let bytes = input::license(&self.file)?;
        Ok(answer(self.verify(&bytes, &trust)?))
    }

    fn verify(&self, bytes: &[u8], trust: &Trust) -> Result<Result<Valid, Invalid>, Failure> {
        let keygen = self.proof.keygen()?;
        if keygen.sniff(bytes) {
            return Ok(verify_keygen(&keygen, bytes, trust));
        }
        if !manifest::WithFile(&[]).sniff(bytes) && flexnet::sniff(bytes) {
            return Ok(Err(Invalid {
                code: "unsigned",
                message: "a FlexNet file alone cannot be verified: verify the envelope that came with it"
                    .to_owned(),
            }));
        }
        let bound = self.bound.as_deref().map(input::license).transpose()?;
        Ok(verify_manifest(bytes, bound.as_deref(), trust))
    }
}

struct Invalid {
    code: &'static str,
    message: String,
}

impl From<Refusal> for Invalid {
    fn from(refusal: Refusal) -> Self {
        Self { code: refusal.code(), message: with_causes(&refusal) }
    }
}

fn verify_manifest(envelope: &[u8], file: Option<&[u8]>, trust: &Trust) -> Result<Valid, Invalid> {
    let proof = trust.open_envelope(envelope, manifest::TYPE, |_| Ok(()))?;
    let license = match file {
        Some(file) => manifest::open(envelope, file, trust)?.into_inner(),
        None => open_manifest(envelope, Some(trust))?,
    };
    let more = json!({
        "product": license.product,
        "sequence": license.sequence,
        "file_checked": file.is_some(),
        "warnings": license.warnings,
    });
    Ok(Valid {
        format: "manifest",
        key: proof.signers().first().copied(),
        digest: proof.digest(),
        serial_number: license.serial_number,
        more,
    })
}

fn verify_keygen(keygen: &keygen::Keygen, bytes: &[u8], trust: &Trust) -> Result<Valid, Invalid> {
    let sealed = keygen::verify(bytes, trust)?;
    let mut valid = Valid {
        format: "keygen",
        key: sealed.signers().first().copied(),
        digest: sealed.digest(),
        serial_number: None,
        more: json!({ "encrypted": sealed.is_encrypted(), "decrypted": false }),
    };
    if sealed.is_encrypted() && keygen.secret.is_none() {
        return Ok(valid);
    }
    let claims = keygen.claims(&sealed, trust)?;
    trust.judge(&claims.license)?;
    let expired = |moment: Option<DateTime<Utc>>| moment.is_some_and(|moment| moment <= trust.now);
    valid.more = json!({
        "encrypted": sealed.is_encrypted(),
        "decrypted": sealed.is_encrypted(),
        "issued": claims.issued,
        "file_expires": claims.file_expires,
        "license_expires": claims.license_expires,
        "license_expired": expired(claims.license_expires),
    });
    valid.serial_number = claims.license.serial_number;
    Ok(valid)
}

fn answer(verified: Result<Valid, Invalid>) -> Answer {
    match verified {
        Ok(valid) => {
            let mut json = valid.more;
            json["verdict"] = json!("valid");
            json["reason"] = Value::Null;
            json["format"] = json!(valid.format);
            json["key_id"] = json!(valid.key);
            json["digest"] = json!(valid.digest);
            json["serial_number"] = json!(valid.serial_number);
            let key = valid.key.map_or_else(String::new, |key| format!(", signed with key {key}"));
            Answer::yes_or_no(true, json, format!("Valid: {}{key}.\n", valid.format))
        }
        Err(Invalid { code, message }) => {
            let json = json!({ "verdict": "invalid", "reason": code, "key_id": null, "message": message });
            Answer::yes_or_no(false, json, format!("Invalid ({code}): {message}.\n"))
        }
    }
}
