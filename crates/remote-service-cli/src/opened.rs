//! A license file of any format, opened for inspection.
use std::path::Path;

use remote_service::license::{
    Format, License, Refusal, Trust, flexnet,
    manifest::{self, WithFile},
};
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Exit, Stop, refused},
    clock::Clock,
    input,
    reading::{Proof, Reading},
};

/// A license and what its file says beside it.
pub(crate) struct Opened {
    pub(crate) license: License,
    /// Whether a signature was checked; `None` where the format has none that can be.
    pub(crate) verified: Option<bool>,
    pub(crate) servers: Vec<Value>,
    pub(crate) vendors: Vec<String>,
}

/// Opens a file for a command that shows it. With keys, signatures are checked first.
pub(crate) fn open(path: &Path, reading: &Reading, clock: &Clock) -> Result<Opened, Stop> {
    let rules = reading.rules()?;
    let bytes = input::license(path)?;
    if WithFile(&[]).sniff(&bytes) {
        return signed("manifest", &reading.proof, clock, |trust| open_manifest(&bytes, trust));
    }
    let keygen = reading.proof.keygen()?;
    if keygen.sniff(&bytes) {
        return signed("keygen", &reading.proof, clock, |trust| match trust {
            Some(trust) => keygen.open(&bytes, trust).map(|license| license.into_inner()),
            None => keygen.read_unverified(&bytes).map(|claims| claims.license),
        });
    }
    let file = flexnet::read(&bytes).map_err(|refusal| refused(&refusal, None, Exit::Unreadable))?;
    if !file.has_licenses() {
        return Err(no_license(path).into());
    }
    let servers = file
        .servers()
        .map(|server| json!({ "host": server.host, "hostid": server.hostid, "port": server.port }));
    Ok(Opened {
        license: file.license(&rules, clock.today()),
        verified: None,
        servers: servers.collect(),
        vendors: file.vendors().into_iter().map(str::to_owned).collect(),
    })
}

/// The answer to a file without any license line.
pub(crate) fn no_license(path: &Path) -> Answer {
    let error = format!("{} holds no license of a known format", path.display());
    eprintln!("remote-service: {error}");
    Answer { exit: Exit::Unreadable, json: json!({ "format": null, "error": error }), text: String::new() }
}

/// Checks the signatures of a manifest's envelope without the license file that it binds.
pub(crate) fn open_manifest(envelope: &[u8], trust: Option<&Trust>) -> Result<License, Refusal> {
    let Some(trust) = trust else { return manifest::read_unverified(envelope) };
    trust.open_envelope(envelope, manifest::TYPE, |_| Ok(()))?;
    let license = manifest::read_unverified(envelope)?;
    trust.judge(&license)?;
    Ok(license)
}

fn signed(
    format: &'static str,
    proof: &Proof,
    clock: &Clock,
    read: impl FnOnce(Option<&Trust>) -> Result<License, Refusal>,
) -> Result<Opened, Stop> {
    let trust = proof.trust(clock)?;
    let exit = if trust.is_some() { Exit::No } else { Exit::Unreadable };
    let license = read(trust.as_ref()).map_err(|refusal| refused(&refusal, Some(format), exit))?;
    Ok(Opened { license, verified: Some(trust.is_some()), servers: Vec::new(), vendors: Vec::new() })
}
