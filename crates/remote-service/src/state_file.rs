//! The small files of the state directory: read whole and with a limit, replaced whole, for our account alone.

use std::io::ErrorKind;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;

/// The content of a file of at most `limit` bytes; `None` when there is none.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, Error> {
    match durable_file::read_limited(path, limit) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        // Larger than anything that we write.
        Err(error) if error.kind() == ErrorKind::InvalidData => Err(damaged(path, error)),
        Err(source) => Err(Error::File { path: path.to_owned(), source }),
    }
}

/// What a JSON file says; `None` when there is none.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path, limit: u64) -> Result<Option<T>, Error> {
    let Some(bytes) = read(path, limit)? else { return Ok(None) };
    let read = serde_json::from_slice(&bytes);
    read.map(Some).map_err(|error| damaged(path, error))
}

fn damaged(path: &Path, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::StateFile { path: path.to_owned(), source: Box::new(error) }
}

/// Puts `bytes` in the place of the file.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let file = durable_file::Replace::new(path).mode(0o600);
    file.write(bytes).map_err(|source| Error::File { path: path.to_owned(), source })
}

/// Puts `content`, as JSON, in the place of the file.
pub(crate) fn write_json(path: &Path, content: &impl Serialize) -> Result<(), Error> {
    let failed = |source: serde_json::Error| Error::File { path: path.to_owned(), source: source.into() };
    write(path, &serde_json::to_vec(content).map_err(failed)?)
}
