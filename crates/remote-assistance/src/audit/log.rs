use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use signed_envelope::{PublicKey, SigningKey};

use super::files::{self, CURRENT, HEAD, MAX_FILE, MAX_HEAD, last_file, lines, read};
use super::record::{Link, Record};
use super::{Event, Head};
use crate::Error;

/// When a file is moved aside: 1 MiB.
const FULL: u64 = 1024 * 1024;
/// The most bytes of records that are sent at once.
const MAX_BATCH: usize = 256 * 1024;

/// The audit in a folder, open for adding to it.
pub(crate) struct Log {
    folder: PathBuf,
    key: SigningKey,
    /// What is in the files.
    reached: Head,
    /// What `audit.head` says.
    signed: Head,
    /// Bytes in the current file.
    size: u64,
    /// When it is moved aside.
    full: u64,
}

/// What an audit looked like when it was opened.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    /// It goes with its head.
    Sound,
    /// A crash had left a record without a head, or half a record. The one is signed now, the other is gone.
    Recovered,
    /// It does not go with its head. The file was put aside, and the chain goes on from what the head says.
    Damaged,
}

/// Records for the back office, which has all before them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The number of the last record that the back office acknowledged.
    pub after: u64,
    /// The records that follow, as they stand in the file.
    pub records: Vec<String>,
    /// The signed head of the whole audit, an envelope.
    pub head: String,
}

impl Log {
    /// Opens the audit of a folder. `former` are keys that signed its head before this one; a head that one of them
    /// signed is signed anew.
    pub(crate) fn open(
        folder: &Path,
        key: SigningKey,
        former: &[PublicKey],
    ) -> Result<(Self, Opened), Error> {
        let start = Head::START;
        let mut log =
            Self { folder: folder.to_owned(), key, reached: start, signed: start, size: 0, full: FULL };
        let too_large = log.current_size() > MAX_FILE;
        if too_large {
            log.put_aside(&log.current())?;
        }
        let torn = log.cut_half_a_record()?;
        let found = match last_file(folder)? {
            Some(file) => chain(&read(&file, MAX_FILE)?.unwrap_or_default()),
            None => Some(Chain { before: Head::START, reached: Head::START }),
        };
        let (signed, ours) = match read_head(folder)? {
            Some(envelope) => match Head::open(&envelope, &[log.key.public()]) {
                Ok(head) => (Some(head), true),
                Err(_) => (Head::open(&envelope, former).ok(), false),
            },
            None => (found.filter(|found| found.before == Head::START).map(|found| found.before), true),
        };
        match (signed, found) {
            (Some(signed), Some(Chain { before, reached }))
                if !too_large && (reached == signed || before == signed) =>
            {
                log.reached = reached;
                log.size = log.current_size();
                log.signed = if ours { signed } else { Head::START };
                log.sign()?;
                let recovered = torn || reached != signed;
                Ok((log, if recovered { Opened::Recovered } else { Opened::Sound }))
            }
            (signed, found) => log.continue_after_damage(signed, found),
        }
    }

    /// A crash may have left half a record at the end, which nothing was done about yet.
    fn cut_half_a_record(&self) -> Result<bool, Error> {
        let current = self.current();
        let bytes = read(&current, MAX_FILE)?.unwrap_or_default();
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        if whole == bytes.len() && (whole > 0 || !current.exists()) {
            return Ok(false);
        }
        let cut = match whole {
            0 => durable_file::remove(&current).map(|_| ()),
            _ => durable_file::replace(&current, &bytes[..whole]),
        };
        cut.map_err(Error::file("cut half a record off the audit")).map(|()| true)
    }

    /// Puts the current file aside. The chain goes on from the head, or, where there is none to believe, from what the
    /// files say, or else anew.
    fn continue_after_damage(
        mut self,
        signed: Option<Head>,
        found: Option<Chain>,
    ) -> Result<(Self, Opened), Error> {
        match (signed, found) {
            (Some(signed), _) => {
                self.reached = signed;
                self.put_aside(&self.current())?;
            }
            (None, Some(found)) => self.reached = found.reached,
            (None, None) => {
                for file in files::files_after(&self.folder, 0)? {
                    self.put_aside(&file)?;
                }
            }
        }
        self.size = self.current_size();
        // there must be a new head: the old one is missing, forged, or goes with another file
        self.signed = Head::START;
        self.sign()?;
        Ok((self, Opened::Damaged))
    }

    fn put_aside(&self, damaged: &Path) -> Result<(), Error> {
        if !damaged.exists() {
            return Ok(());
        }
        let free = (1..=u32::MAX)
            .map(|number| self.folder.join(format!("audit.damaged-{number}.jsonl")))
            .find(|aside| !aside.exists());
        free.map_or(Ok(()), |aside| move_aside(damaged, &aside))
    }

    /// Adds a record and syncs it. The head is not signed yet.
    pub(crate) fn write(&mut self, event: Event, at: DateTime<Utc>) -> Result<Record, Error> {
        if self.size >= self.full {
            let aside = self.folder.join(files::aside(self.first_of_current()?));
            move_aside(&self.current(), &aside)?;
            self.size = 0;
        }
        let (record, mut line) = Record::line(&self.reached, event, at)?;
        let reached = self.reached.next(&line).ok_or(Error::Unreadable { what: "a record of the audit" })?;
        line.push(b'\n');
        if self.current_size() != self.size {
            return Err(Error::Unreadable { what: "the audit: somebody else wrote to it" });
        }
        durable_file::append(&self.current(), &line).map_err(Error::file("add to the audit"))?;
        self.size += line.len() as u64;
        self.reached = reached;
        Ok(record)
    }

    /// Signs the head, where it is not signed yet.
    pub(crate) fn sign(&mut self) -> Result<(), Error> {
        if self.signed == self.reached {
            return Ok(());
        }
        let head = self.reached.sign(&self.key)?.to_json();
        durable_file::replace(&self.folder.join(HEAD), &head)
            .map_err(Error::file("write the audit's head"))?;
        self.signed = self.reached;
        Ok(())
    }

    /// Signs with another key from here on, the head as it is included.
    pub(crate) fn change_key(&mut self, key: SigningKey) -> Result<(), Error> {
        self.key = key;
        self.signed = Head::START;
        self.sign()
    }

    pub(crate) const fn head(&self) -> Head {
        self.signed
    }

    /// The records after number `after`, as many as fit; `None` when there are none.
    pub(crate) fn after(&self, after: u64) -> Result<Option<Batch>, Error> {
        if after >= self.signed.records {
            return Ok(None);
        }
        let head = self.signed.sign(&self.key)?.to_json();
        let head = String::from_utf8(head).map_err(|source| Error::Json(source.into()))?;
        let mut batch = Batch { after, records: Vec::new(), head };
        let mut size = 0;
        for file in files::files_after(&self.folder, after)? {
            let bytes = read(&file, MAX_FILE)?.unwrap_or_default();
            for line in lines(&bytes) {
                let wanted = Record::parse(line).is_some_and(|record| record.seq > after);
                if wanted && size + line.len() <= MAX_BATCH {
                    size += line.len();
                    batch.records.push(String::from_utf8_lossy(line).into_owned());
                } else if wanted {
                    return Ok(Some(batch));
                }
            }
        }
        Ok(Some(batch))
    }

    /// The last records, the oldest first; at most `most`, and only of the file that is written to.
    pub(crate) fn recent(&self, most: usize) -> Result<Vec<Record>, Error> {
        let bytes = match last_file(&self.folder)? {
            Some(file) => read(&file, MAX_FILE)?.unwrap_or_default(),
            None => Vec::new(),
        };
        let mut records: Vec<Record> = lines(&bytes).rev().take(most).filter_map(Record::parse).collect();
        records.reverse();
        Ok(records)
    }

    fn current(&self) -> PathBuf {
        self.folder.join(CURRENT)
    }

    fn current_size(&self) -> u64 {
        fs::metadata(self.current()).map_or(0, |found| found.len())
    }

    fn first_of_current(&self) -> Result<u64, Error> {
        let bytes = read(&self.current(), MAX_FILE)?.unwrap_or_default();
        let first = lines(&bytes).next().and_then(Record::parse);
        first.map(|record| record.seq).ok_or(Error::Unreadable { what: "the audit's first record" })
    }
}

fn move_aside(from: &Path, to: &Path) -> Result<(), Error> {
    durable_file::rename(from, to).map_err(Error::file("move the audit aside"))
}

/// The signed head, whoever signed it; `None` when there is none. One that is too large for ours is nobody's.
fn read_head(folder: &Path) -> Result<Option<Vec<u8>>, Error> {
    match read(&folder.join(HEAD), MAX_HEAD) {
        Err(Error::File { source, .. }) if source.kind() == ErrorKind::InvalidData => Ok(Some(Vec::new())),
        head => head,
    }
}

/// A chain that holds: where it ends, and where it ended one record before.
#[derive(Copy, Clone)]
struct Chain {
    before: Head,
    reached: Head,
}

/// Follows the chain through the lines of one file; `None` where it breaks.
fn chain(bytes: &[u8]) -> Option<Chain> {
    let mut all = lines(bytes);
    let first = all.next()?;
    let Link { seq, prev } = Link::of(first)?;
    let before = Head { records: seq.checked_sub(1)?, hash: prev };
    if (before.records == 0) != (before == Head::START) {
        return None;
    }
    let start = Chain { before, reached: before.next(first)? };
    all.try_fold(start, |chain, line| {
        Some(Chain { before: chain.reached, reached: chain.reached.next(line)? })
    })
}

#[cfg(test)]
mod tests;
