//! What lies in the inbox.

use std::fs;
use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use license_lifecycle::MAX_FILE;
use signed_envelope::{Digest, MAX_ENVELOPE};

use crate::Error;

/// One file of the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) name: String,
    /// When it was last changed: it may still be growing.
    pub(crate) changed_at: DateTime<Utc>,
    pub(crate) content: Content,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// An envelope, by its name.
    Envelope(Vec<u8>),
    /// Anything else: a license, we hope.
    File { bytes: Vec<u8>, sha256: Digest },
    /// More than anyone would issue; it was not read.
    TooLarge { limit: u64 },
}

/// Reads the inbox. Folders, links and names that begin with `~` or `.` are not looked at: files still being written
/// have such names, and a link may lead anywhere.
pub(crate) fn scan(folder: &Path) -> Result<Vec<Item>, Error> {
    let mut items = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::storage(folder))? {
        let entry = entry.map_err(Error::storage(folder))?;
        // A name that is not Unicode cannot be one of ours, and one that vanished was taken away again.
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with(['~', '.']) {
            continue;
        }
        match read(&entry.path(), &name) {
            Ok(Some(item)) => items.push(item),
            Ok(None) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => tracing::warn!(name, %source, "a file of the inbox cannot be read"),
        }
    }
    items.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(items)
}

fn read(path: &Path, name: &str) -> io::Result<Option<Item>> {
    let metadata = fs::symlink_metadata(path)?;
    if !metadata.is_file() {
        return Ok(None);
    }
    let changed_at = metadata.modified()?.into();
    let envelope = name.ends_with(".dsse");
    let limit = if envelope { MAX_ENVELOPE as u64 } else { MAX_FILE };
    let content = match durable_file::read_limited(path, limit) {
        Ok(bytes) if envelope => Content::Envelope(bytes),
        Ok(bytes) => Content::File { sha256: Digest::of(&bytes), bytes },
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Content::TooLarge { limit },
        Err(error) => return Err(error),
    };
    Ok(Some(Item { name: name.to_owned(), changed_at, content }))
}
