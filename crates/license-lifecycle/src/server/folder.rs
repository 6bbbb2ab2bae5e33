use std::{
    cell::Cell,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use durable_file::Replace;
use signed_envelope::Digest;

use super::{
    LEFTOVER_AGE, LicenseFile, LicenseServer, Receipt, ServerError, ServerErrorKind, Step, Watcher,
    reset_name,
};
use crate::{FileName, trace};

mod cause;

/// What a delivery waits for a file that another program holds, before it fails with
/// [`ServerErrorKind::InUse`]: 1.75 s in all.
const RETRIES: [Duration; 3] =
    [Duration::from_millis(250), Duration::from_millis(500), Duration::from_millis(1000)];

/// The license server's inbox as a folder: a local path, a mount, or (on Windows) a UNC path.
///
/// A license is written to `~NAME.<unique>.part` in the folder, synced, read back and renamed over `NAME`; then the
/// folder is synced. Where the license has an envelope, `NAME.dsse` is in place before `NAME`. The folder must exist:
/// a missing one mostly is a mount that is not there.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    with_envelope: bool,
    retries: Vec<Duration>,
    leftover_age: Duration,
}

impl Folder {
    /// The inbox at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), with_envelope: true, retries: RETRIES.to_vec(), leftover_age: LEFTOVER_AGE }
    }

    /// Whether envelopes are dropped beside the files. Default: yes. A FlexNet server gets the file alone.
    #[must_use]
    pub fn with_envelope(self, with_envelope: bool) -> Self {
        Self { with_envelope, ..self }
    }

    /// How long to wait, and how often, while another program holds the file that is to be replaced.
    /// Default: 250 ms, 500 ms, 1 s.
    #[must_use]
    pub fn retry_in_use(self, waits: Vec<Duration>) -> Self {
        Self { retries: waits, ..self }
    }

    /// The age from which temporary files that a crash left behind are deleted, by the clock of the file system.
    /// Default: one hour.
    #[must_use]
    pub fn sweep_after(self, age: Duration) -> Self {
        Self { leftover_age: age, ..self }
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<Put, ServerError> {
        self.put_with(name, bytes, |from, to| fs::rename(from, to))
    }

    fn put_with(
        &self,
        name: &str,
        bytes: &[u8],
        mut rename: impl FnMut(&Path, &Path) -> io::Result<()>,
    ) -> Result<Put, ServerError> {
        let step = Cell::new(Step::Write);
        let renamed = Cell::new(false);
        let read_back = Cell::new(None);
        let verify = |part: &Path| {
            trace::point("part_written", name);
            step.set(Step::Read);
            let found = durable_file::read_limited(part, bytes.len() as u64)?;
            if found != bytes {
                return Err(io::ErrorKind::InvalidData.into());
            }
            let written_at = fs::metadata(part)?.modified()?;
            read_back.set(Some(Put { sha256: Digest::of(&found), written_at }));
            step.set(Step::Replace);
            trace::point("part_verified", name);
            Ok(())
        };
        let target = self.path.join(name);
        let replace = Replace::new(&target).verify(verify).retry_in_use(self.retries.clone());
        let rename = |from: &Path, to: &Path| match rename(from, to) {
            // Windows says "access denied", as of a file that is in use.
            Err(_) if cfg!(windows) && to.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            done => done.map(|()| renamed.set(true)),
        };
        replace.rename_with(rename).write(bytes).map_err(|source| {
            let error = cause::server_error(source, step.get());
            // The name is there, but it is not known whether it survives a crash.
            if renamed.get() { error.with_unknown_outcome() } else { error }
        })?;
        read_back.into_inner().ok_or_else(|| ServerError::new(ServerErrorKind::VerifyMismatch))
    }
}

/// A file that was put in place.
struct Put {
    /// Of the bytes read back.
    sha256: Digest,
    /// When, by the clock of the file system: the only one that the age of a leftover can be measured by.
    written_at: SystemTime,
}

impl LicenseServer for Folder {
    fn describe(&self) -> String {
        self.path.display().to_string()
    }

    fn deliver(&mut self, license: &LicenseFile) -> Result<Receipt, ServerError> {
        if let Some(envelope) = license.envelope.as_ref().filter(|_| self.with_envelope) {
            self.put(&license.envelope_name(), envelope)?;
        }
        let put = self.put(license.name.as_str(), &license.bytes)?;
        trace::point("renamed", license.name.as_str());
        // The license is in place; leftovers that cannot be deleted now are tried again at the next delivery.
        if let Err(error) = durable_file::sweep(&self.path, self.leftover_age, put.written_at) {
            trace::note("leftovers cannot be swept", &error);
        }
        Ok(Receipt { place: self.path.join(&license.name).display().to_string(), sha256: put.sha256 })
    }

    fn reset(&mut self, name: &FileName, envelope: &[u8]) -> Result<(), ServerError> {
        if self.with_envelope {
            self.put(&reset_name(name), envelope)?;
        }
        Ok(())
    }

    fn check(&mut self) -> Result<(), ServerError> {
        self.check_watched(&mut |_| {})
    }

    fn check_watched(&mut self, passed: &mut Watcher<'_>) -> Result<(), ServerError> {
        // A name that watchers pass over and that a sweep takes.
        let name = format!("~check.{:016x}.part", std::process::id());
        self.put(&name, b"first")?;
        [Step::OpenFolder, Step::Write, Step::Read].into_iter().for_each(&mut *passed);
        let replaced = self.put(&name, b"second");
        let deleted = durable_file::remove(&self.path.join(&name));
        replaced.map_err(|error| {
            if error.during == Some(Step::Write) { error.during(Step::Replace) } else { error }
        })?;
        passed(Step::Replace);
        deleted.map_err(|source| cause::server_error(source, Step::Delete))?;
        passed(Step::Delete);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
