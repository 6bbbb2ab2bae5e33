//! JSON documents of the state directory: written whole or not at all, read with a limit, never guessed at.
use std::{io, path::Path};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::Error;

/// A license of 1 MiB lists some 20,000 features, and a document may hold three of them and what changed.
const LIMIT: u64 = 64 * 1024 * 1024;

/// The version of all documents written by this release.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    version: u32,
    #[serde(flatten)]
    content: T,
}

/// Reads a document; `None` when there is no such file.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Error> {
    let bytes = match durable_file::read_limited(path, LIMIT) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(Error::damaged(path, error)),
        Err(error) => return Err(Error::io("reading", path, error)),
    };
    let document: Versioned<T> =
        serde_json::from_slice(&bytes).map_err(|error| Error::damaged(path, error))?;
    match document.version {
        VERSION => Ok(Some(document.content)),
        other => Err(Error::damaged(path, format!("version {other} is not known to this release"))),
    }
}

/// Puts a document in the place of the one before it, on stable storage.
pub(crate) fn write<T: Serialize>(path: &Path, content: &T) -> Result<(), Error> {
    let document = Versioned { version: VERSION, content };
    let bytes =
        serde_json::to_vec_pretty(&document).map_err(|error| Error::io("writing", path, error.into()))?;
    durable_file::replace(path, &bytes).map_err(|error| Error::io("writing", path, error))
}
