//! The outbox: licenses that were accepted and are not known to have reached the license server.
//!
//! On disk, one folder `DIGEST/` for each entry: `entry.json`, the license file under its own name and the envelope as
//! `NAME.dsse`. `entry.json` is written last and removed first, so a folder without one was never finished or is done
//! with; it is deleted when the outbox is opened.
use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use signed_envelope::Digest;

mod entry;
mod retry;
mod save;
#[cfg(test)]
mod tests;

pub use entry::{Entry, EntryState, Failure};
pub use save::{Progress, Saved};

use crate::{Error, Offer, document, kept::Kept, server::LicenseFile, trace};

const ENTRY: &str = "entry.json";

/// The licenses that wait for delivery, kept through crashes.
#[derive(Debug)]
pub struct Outbox {
    folder: PathBuf,
    /// Oldest first.
    entries: Vec<Entry>,
    damaged: Vec<Error>,
    /// Asked for since their last delivery began.
    asked: HashSet<Digest>,
}

impl Outbox {
    /// Opens the outbox in `folder`, which is made when missing.
    ///
    /// # Errors
    /// [`Error::Io`] when the folder cannot be read. A damaged entry is no error: see [`damaged`](Self::damaged).
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, Error> {
        let folder = folder.into();
        durable_file::create_folder(&folder).map_err(|error| Error::io("creating", &folder, error))?;
        let mut outbox = Self { folder, entries: Vec::new(), damaged: Vec::new(), asked: HashSet::new() };
        for path in entry_folders(&outbox.folder)? {
            match document::read(&path.join(ENTRY)) {
                Ok(Some(entry)) => outbox.entries.push(entry),
                Ok(None) => discard(&path),
                Err(error @ Error::Damaged { .. }) => outbox.damaged.push(error),
                Err(error) => return Err(error),
            }
        }
        outbox.entries.sort_by_key(|entry| (entry.added_at, entry.license.sequence, entry.digest));
        outbox.finish_superseding()?;
        Ok(outbox)
    }

    /// All entries, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries that cannot be read; each error names the file. They stay on disk as they are, and adding the same
    /// license again mends them.
    pub fn damaged(&self) -> &[Error] {
        &self.damaged
    }

    /// The entry of this license.
    pub fn entry(&self, id: Digest) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.digest == id)
    }

    /// Whether this license is still to be delivered.
    pub fn holds(&self, id: Digest) -> bool {
        self.entry(id).is_some_and(Entry::is_live)
    }

    /// The entries to be delivered at `now`, oldest first.
    ///
    /// None while one failed at the log-on: another attempt with the same credentials might lock the account.
    pub fn due(&self, now: DateTime<Utc>) -> Vec<Digest> {
        if self.failed_log_on().is_some() {
            return Vec::new();
        }
        self.entries.iter().filter(|entry| retry::is_due(entry, now)).map(|entry| entry.digest).collect()
    }

    /// When the next entry is due; in the past when one is due now. `None`: nothing happens unasked.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        match self.failed_log_on() {
            Some(_) => None,
            None => self.entries.iter().filter_map(retry::due_at).min(),
        }
    }

    /// The license as it is delivered, checked against what was accepted.
    ///
    /// # Errors
    /// [`Error::NotInOutbox`], [`Error::Superseded`], [`Error::Io`], or [`Error::Damaged`] when a file was changed.
    pub fn license_file(&self, id: Digest) -> Result<LicenseFile, Error> {
        self.live(id)?.file.read(&self.folder_of(id))
    }

    /// Asks for an entry to be tried again now, also when a delivery is under way that fails later; its backoff starts anew.
    ///
    /// # Errors
    /// [`Error::NotInOutbox`] or [`Error::Superseded`], [`Error::Io`] when the state cannot be written.
    pub fn try_again(&mut self, id: Digest) -> Result<(), Error> {
        self.live(id)?;
        self.asked.insert(id);
        self.change(id, |entry| {
            entry.state = EntryState::Waiting;
            entry.attempts = 0;
        })
    }

    /// Asks for all entries to be tried again: the settings changed, or somebody says that the cause is gone.
    ///
    /// # Errors
    /// [`Error::Io`] when a state cannot be written.
    pub fn try_all_again(&mut self) -> Result<(), Error> {
        let live: Vec<Digest> =
            self.entries.iter().filter(|entry| entry.is_live()).map(|entry| entry.digest).collect();
        live.into_iter().try_for_each(|id| self.try_again(id))
    }

    /// Keeps an offered license on stable storage, and then takes those out of the race that it replaces.
    ///
    /// The same license again changes nothing. Returns the licenses that it superseded.
    pub(crate) fn add(&mut self, offer: &Offer, now: DateTime<Utc>) -> Result<Vec<Digest>, Error> {
        if self.holds(offer.digest) {
            return Ok(Vec::new());
        }
        let mut entry = Entry::new(offer, now);
        if let Some(failure) = self.failed_log_on() {
            entry.failure = Some(failure.clone());
            entry.state = EntryState::Failed;
        }
        let folder = self.folder_of(offer.digest);
        Kept::write(&folder, &offer.file)?;
        let path = folder.join(ENTRY);
        document::write(&path, &entry)?;
        self.damaged.retain(|error| !error.is_about(&path));
        self.entries.retain(|superseded| superseded.digest != offer.digest);
        self.entries.push(entry);
        trace::point("outbox_kept", &offer.digest.to_string());
        self.supersede_older_than(offer.digest)
    }

    /// A newer license took the place of this one.
    pub(crate) fn supersede(&mut self, id: Digest) -> Result<(), Error> {
        self.change(id, |entry| entry.state = EntryState::Superseded)
    }

    /// A delivery begins: it answers everything that was asked before.
    pub(crate) fn begun(&mut self, id: Digest) {
        self.asked.remove(&id);
    }

    /// Records why a delivery failed, for the license that superseded this one meanwhile where there is one. What cannot be
    /// written is remembered until the restart all the same: a full disk must not make the outbox try without a pause.
    pub(crate) fn failed(
        &mut self,
        id: Digest,
        server: String,
        error: &Error,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let Some(heir) = self.heir_of(id) else { return Ok(()) };
        let failure = Failure::new(server, error, now);
        let asked = self.asked.remove(&id) | self.asked.remove(&heir);
        self.change(heir, |entry| {
            entry.state = if asked { EntryState::Waiting } else { EntryState::Failed };
            entry.attempts = entry.attempts.saturating_add(1);
            entry.failure = Some(failure);
        })
    }

    /// Forgets a license that is recorded as delivered, and those that it superseded.
    pub(crate) fn leave(&mut self, id: Digest) -> Result<(), Error> {
        let Some(done) = self.entry(id).cloned() else { return Ok(()) };
        let replaced_by_it =
            |entry: &&Entry| !entry.is_live() && entry.license.serial_number == done.license.serial_number;
        let superseded: Vec<Digest> =
            self.entries.iter().filter(replaced_by_it).map(|entry| entry.digest).collect();
        for id in superseded.into_iter().chain([id]) {
            let folder = self.folder_of(id);
            let path = folder.join(ENTRY);
            durable_file::remove(&path).map_err(|error| Error::io("removing", &path, error))?;
            discard(&folder);
            self.entries.retain(|entry| entry.digest != id);
        }
        Ok(())
    }

    /// The entry, when it is still to be delivered.
    pub(crate) fn live(&self, id: Digest) -> Result<&Entry, Error> {
        match self.entry(id) {
            None => Err(Error::NotInOutbox(id)),
            Some(entry) if !entry.is_live() => Err(Error::Superseded(id)),
            Some(entry) => Ok(entry),
        }
    }

    /// A kill between keeping a license and superseding the older ones leaves both live: the later one wins.
    fn finish_superseding(&mut self) -> Result<(), Error> {
        let ids: Vec<Digest> = self.entries.iter().map(|entry| entry.digest).collect();
        ids.into_iter()
            .filter(|id| self.holds(*id))
            .collect::<Vec<_>>()
            .into_iter()
            .try_for_each(|id| self.supersede_older_than(id).map(drop))
    }

    fn supersede_older_than(&mut self, id: Digest) -> Result<Vec<Digest>, Error> {
        let Some(position) = self.entries.iter().position(|entry| entry.digest == id) else {
            return Ok(Vec::new());
        };
        let newer = &self.entries[position];
        let older: Vec<Digest> = self.entries[..position]
            .iter()
            .filter(|older| newer.supersedes(older))
            .map(|older| older.digest)
            .collect();
        older.iter().try_for_each(|id| self.supersede(*id))?;
        Ok(older)
    }

    fn change(&mut self, id: Digest, change: impl FnOnce(&mut Entry)) -> Result<(), Error> {
        let path = self.folder_of(id).join(ENTRY);
        match self.entries.iter_mut().find(|entry| entry.digest == id) {
            None => Err(Error::NotInOutbox(id)),
            Some(entry) => {
                change(entry);
                document::write(&path, entry)
            }
        }
    }

    /// The license itself while it is to be delivered; otherwise the newest in its place.
    fn heir_of(&self, id: Digest) -> Option<Digest> {
        let entry = self.entry(id)?;
        if entry.is_live() {
            return Some(id);
        }
        let heir =
            self.entries.iter().rev().find(|newer| newer.is_live() && newer.shares_a_place_with(entry));
        heir.map(|heir| heir.digest)
    }

    fn failed_log_on(&self) -> Option<&Failure> {
        self.entries.iter().find_map(Entry::waits_for_credentials)
    }

    fn folder_of(&self, id: Digest) -> PathBuf {
        self.folder.join(id.to_string())
    }
}

/// The folders that are named after a digest; what else lies there is not ours.
fn entry_folders(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |error| Error::io("reading", folder, error);
    let mut found = Vec::new();
    for item in fs::read_dir(folder).map_err(failed)? {
        let item = item.map_err(failed)?;
        let named_by_digest = item.file_name().to_str().is_some_and(|name| name.parse::<Digest>().is_ok());
        if named_by_digest && item.file_type().map_err(failed)?.is_dir() {
            found.push(item.path());
        }
    }
    Ok(found)
}

/// Deletes what an unfinished or finished entry leaves behind. What cannot be deleted now is tried again at the next start.
fn discard(folder: &Path) {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            trace::note("outbox cannot be tidied", &error)
        }
        _ => {}
    }
}
