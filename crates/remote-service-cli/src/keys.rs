//! Public keys as arguments: 64 hex digits, or a file with them or with PEM blocks.
use std::path::Path;

use signed_envelope::{KeyRing, PublicKey, TrustedKey};

use crate::{
    answer::{Failure, with_causes},
    input,
};

/// The key ring of all `--key` arguments.
pub(crate) fn ring(arguments: &[String]) -> Result<KeyRing, Failure> {
    let mut keys: Vec<TrustedKey> = Vec::new();
    for argument in arguments {
        match argument.parse::<PublicKey>() {
            Ok(key) => keys.push(key.into()),
            Err(_) if argument.len() == 64 && argument.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                return Err(Failure::Usage(format!("--key {argument}: no Ed25519 public key")));
            }
            Err(_) => keys.extend(of_file(Path::new(argument))?),
        }
    }
    Ok(KeyRing::new(keys))
}

fn of_file(path: &Path) -> Result<Vec<TrustedKey>, Failure> {
    let text = input::text(path)?;
    let read = match text.parse::<PublicKey>() {
        Ok(key) => Ok(vec![key.into()]),
        Err(_) => KeyRing::from_pem(&text).map(|ring| ring.keys().to_vec()),
    };
    read.map_err(|error| Failure::Usage(format!("--key {}: {}", path.display(), with_causes(&error))))
}
