//! What lies in the inbox.

use std::collections::HashMap;
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
    /// Since when we have seen it as it is now, by our own clock.
    pub(crate) unchanged_since: DateTime<Utc>,
    pub(crate) content: Content,
}

/// How the license files of the inbox looked at the last look, and since when.
#[derive(Debug, Default)]
pub(crate) struct Sightings(HashMap<String, Sighting>);

#[derive(Debug)]
struct Sighting {
    changed_at: DateTime<Utc>,
    sha256: Digest,
    since: DateTime<Utc>,
}

impl Sightings {
    /// Tells the items since when they are as they are, and remembers them for the next look.
    fn compare(&mut self, items: &mut [Item]) {
        let before = std::mem::take(&mut self.0);
        for item in items {
            let Content::File { sha256, .. } = &item.content else { continue };
            let same = |seen: &&Sighting| seen.changed_at == item.changed_at && seen.sha256 == *sha256;
            let since = before.get(&item.name).filter(same).map_or(item.unchanged_since, |seen| seen.since);
            item.unchanged_since = since;
            let sighting = Sighting { changed_at: item.changed_at, sha256: *sha256, since };
            self.0.insert(item.name.clone(), sighting);
        }
    }
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

impl Content {
    /// In memory, in bytes.
    fn size(&self) -> u64 {
        match self {
            Self::Envelope(bytes) | Self::File { bytes, .. } => bytes.len() as u64,
            Self::TooLarge { .. } => 0,
        }
    }
}

/// What is read at one look, in bytes; the rest waits until these are gone. Whoever may drop files must not fill our
/// memory.
const LOOK: u64 = 64 * 1024 * 1024;

/// What a file counts at least: a file that is empty takes time, too.
const LEAST: u64 = 64 * 1024;

/// Reads the inbox, in the order of the names. Folders, links and names that begin with `~` or `.` are not looked at:
/// files still being written have such names, and a link may lead anywhere.
pub(crate) fn scan(folder: &Path, sightings: &mut Sightings, now: DateTime<Utc>) -> Result<Vec<Item>, Error> {
    put_back_leftovers(folder).map_err(Error::storage(folder))?;
    let mut items = Vec::new();
    let mut left = LOOK;
    for name in names(folder).map_err(Error::storage(folder))? {
        match read(&folder.join(&name), &name, now) {
            Ok(Some(item)) => {
                left = left.saturating_sub(item.content.size().max(LEAST));
                items.push(item);
            }
            Ok(None) => {}
            // It was taken away again.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => tracing::warn!(name, %source, "a file of the inbox cannot be read"),
        }
        if left == 0 {
            break;
        }
    }
    sightings.compare(&mut items);
    Ok(items)
}

/// The names that may be licenses: one that is not Unicode cannot be one of ours.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().into_string().ok();
        names.extend(name.filter(|name| !name.starts_with(['~', '.'])));
    }
    names.sort();
    Ok(names)
}

const TAKEN: &str = ".taken";

/// Takes a file out of the inbox for good, if it still is what was judged. A newer one of the same name stays.
pub(crate) fn remove(folder: &Path, item: &Item) -> io::Result<()> {
    let aside = folder.join(format!("~{}{TAKEN}", item.name));
    if set_aside(folder, item, &aside)? {
        durable_file::remove(&aside)?;
    }
    Ok(())
}

/// Moves a file of the inbox to `aside`, if it still is what was judged. A newer one of the same name stays: `false`.
pub(crate) fn set_aside(folder: &Path, item: &Item, aside: &Path) -> io::Result<bool> {
    let path = folder.join(&item.name);
    match fs::rename(&path, aside) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        renamed => renamed?,
    }
    if read(aside, &item.name, item.unchanged_since)?.is_some_and(|found| found.content == item.content) {
        return Ok(true);
    }
    put_back(aside, &path).map(|()| false)
}

/// A kill between taking a file out and looking at it must not lose it: it is judged again.
fn put_back_leftovers(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let taken = name.to_str().and_then(|name| name.strip_prefix('~')?.strip_suffix(TAKEN));
        if let Some(name) = taken {
            put_back(&entry.path(), &folder.join(name))?;
        }
    }
    Ok(())
}

/// Gives a file its name again, unless a newer one has it: that one would have replaced it.
fn put_back(aside: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(aside, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        linked => linked?,
    }
    fs::remove_file(aside)
}

fn read(path: &Path, name: &str, now: DateTime<Utc>) -> io::Result<Option<Item>> {
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
    Ok(Some(Item { name: name.to_owned(), changed_at, unchanged_since: now, content }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn seen(folder: &Path) -> Vec<Item> {
        scan(folder, &mut Sightings::default(), at(0)).unwrap()
    }

    #[test]
    fn a_file_is_unchanged_since_it_was_first_seen_as_it_is() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.lic");
        let mut sightings = Sightings::default();
        let mut since = |second| {
            let items = scan(root.path(), &mut sightings, at(second)).unwrap();
            items.first().map(|item| item.unchanged_since.timestamp())
        };
        fs::write(&path, "half").unwrap();
        assert_eq!((since(1), since(2)), (Some(1), Some(1)));
        fs::write(&path, "half and half").unwrap();
        assert_eq!((since(3), since(5)), (Some(3), Some(3)));
        let file = fs::File::options().append(true).open(&path).unwrap();
        file.set_modified(file.metadata().unwrap().modified().unwrap() + std::time::Duration::from_secs(1))
            .unwrap();
        assert_eq!(since(6), Some(6), "somebody wrote the same again");
        drop(file); // Windows may show a file that is gone until nobody has it open
        fs::remove_file(&path).unwrap();
        assert_eq!(since(7), None);
        fs::write(&path, "half and half").unwrap();
        assert_eq!(since(8), Some(8), "gone, and back");
    }

    #[test]
    fn a_flood_of_files_is_looked_at_piece_by_piece() {
        let root = tempfile::tempdir().unwrap();
        for number in 0..=LOOK / LEAST {
            fs::write(root.path().join(format!("{number:04}.lic")), "x").unwrap();
        }
        let items = seen(root.path());
        assert_eq!((items.len() as u64, items[0].name.as_str()), (LOOK / LEAST, "0000.lic"));
        items.iter().for_each(|item| remove(root.path(), item).unwrap());
        assert_eq!(seen(root.path()).len(), 1);
    }

    fn inbox() -> (tempfile::TempDir, Item) {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a.lic"), "old").unwrap();
        let item = seen(root.path()).remove(0);
        (root, item)
    }

    #[test]
    fn a_file_goes_when_it_is_the_one_that_was_judged() {
        let (root, item) = inbox();
        remove(root.path(), &item).unwrap();
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
        remove(root.path(), &item).unwrap();
    }

    #[test]
    fn a_newer_file_of_the_same_name_stays() {
        let (root, item) = inbox();
        durable_file::replace(&root.path().join("a.lic"), b"new").unwrap();
        remove(root.path(), &item).unwrap();
        assert_eq!(fs::read(root.path().join("a.lic")).unwrap(), b"new");
        assert!(!set_aside(root.path(), &item, &root.path().join("~aside")).unwrap());
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_a_kill_left_aside_is_judged_again() {
        let (root, item) = inbox();
        fs::rename(root.path().join("a.lic"), root.path().join("~a.lic.taken")).unwrap();
        assert_eq!(seen(root.path())[0].content, item.content);
        fs::write(root.path().join("~a.lic.taken"), "older").unwrap();
        assert_eq!(seen(root.path())[0].content, item.content, "a newer drop counts");
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }
}
