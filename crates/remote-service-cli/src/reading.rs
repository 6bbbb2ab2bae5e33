//! The options of all commands that read a license.
use std::path::PathBuf;

use clap::Args;
use remote_service::license::{
    Trust,
    flexnet::{MaintenanceSource, Rules, SerialSource},
    keygen::Keygen,
};

use crate::{answer::Failure, clock::Clock, input, keys};

#[derive(Args)]
pub(crate) struct Reading {
    /// FlexNet: the feature whose expiry is the license's
    #[arg(long, value_name = "NAME")]
    base_feature: Option<String>,
    /// FlexNet: where the end of maintenance stands: feature:NAME, vendor-string:KEY or version
    #[arg(long, value_name = "SOURCE", default_value = "feature:MAINTENANCE")]
    maintenance_from: MaintenanceSource,
    /// FlexNet: where the serial number stands when there is no SN=: vendor-string:KEY or notice:KEY
    #[arg(long, value_name = "SOURCE")]
    serial_number_from: Option<SerialSource>,
    #[command(flatten)]
    pub(crate) proof: Proof,
}

/// What it takes to check signatures and to decrypt.
#[derive(Args)]
pub(crate) struct Proof {
    /// A public key to trust: 64 hex digits, or a file with them or with PEM blocks; may be repeated
    #[arg(long = "key", value_name = "PUBLIC")]
    pub(crate) keys: Vec<String>,
    /// Keygen: a file with the license key that the file is encrypted with
    #[arg(long, value_name = "FILE", conflicts_with = "secret")]
    secret_file: Option<PathBuf>,
    /// Keygen: the license key itself; other users of this machine can see it, so for test keys only
    #[arg(long, value_name = "SECRET")]
    secret: Option<String>,
    /// Keygen: the fingerprint of the machine
    #[arg(long, value_name = "FINGERPRINT")]
    fingerprint: Option<String>,
}

impl Reading {
    pub(crate) fn rules(&self) -> Result<Rules, Failure> {
        if self.maintenance_from == MaintenanceSource::Version && self.base_feature.is_none() {
            let advice = "--maintenance-from version means the version of the base feature: give --base-feature NAME, too";
            return Err(Failure::Usage(advice.to_owned()));
        }
        Ok(Rules {
            base_feature: self.base_feature.clone(),
            maintenance: self.maintenance_from.clone(),
            serial_number: self.serial_number_from.clone(),
            ..Rules::default()
        })
    }
}

impl Proof {
    /// Whom to trust; `None` without any key.
    pub(crate) fn trust(&self, clock: &Clock) -> Result<Option<Trust>, Failure> {
        if self.keys.is_empty() {
            return Ok(None);
        }
        Ok(Some(Trust::new(keys::ring(&self.keys)?, clock.now())))
    }

    pub(crate) fn keygen(&self) -> Result<Keygen, Failure> {
        let secret = match (&self.secret_file, &self.secret) {
            (Some(path), _) => Some(input::secret(path)?),
            (None, Some(secret)) => {
                eprintln!("remote-service: other users of this machine can see --secret: use --secret-file");
                Some(secret.clone().into())
            }
            (None, None) => None,
        };
        Ok(Keygen { secret, fingerprint: self.fingerprint.clone(), ..Keygen::default() })
    }
}
