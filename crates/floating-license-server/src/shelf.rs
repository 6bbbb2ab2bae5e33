//! What is in use, on stable storage: `active.json`, and a folder for each license that was ever activated.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use license_lifecycle::{Accepted, License, Mark};
use serde::{Deserialize, Serialize};
use signed_envelope::Digest;

use crate::Error;

const RECORD: &str = "active.json";
const RECORD_LIMIT: u64 = 64 * 1024 * 1024;

/// A license in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Active {
    /// License digest: of the envelope's payload, or of an unsigned file.
    pub(crate) digest: Digest,
    /// Of the file.
    pub(crate) sha256: Digest,
    /// Of the file.
    pub(crate) name: String,
    pub(crate) activated_at: DateTime<Utc>,
    pub(crate) license: License,
    /// What a sequence reset left; `None`: the license's own sequence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mark: Option<Mark>,
}

impl Active {
    /// One license is in use for each product and serial number; without a serial number, for each file name.
    pub(crate) fn is_for_the_same_as(&self, other: &Self) -> bool {
        let serial = self.license.serial_number.is_some();
        let same_serial = self.license.serial_number == other.license.serial_number;
        self.license.product == other.license.product && same_serial && (serial || self.name == other.name)
    }

    /// Adds itself, without the one that it replaces.
    pub(crate) fn take_its_place(self, active: &mut Vec<Self>) {
        active.retain(|old| !old.is_for_the_same_as(&self));
        active.push(self);
    }

    /// What no new license may be below.
    pub(crate) fn mark(&self) -> Option<Mark> {
        self.mark.clone().or_else(|| {
            let (serial_number, sequence) = self.license.serial_number.clone().zip(self.license.sequence)?;
            Some(Mark { serial_number, sequence, digest: self.digest })
        })
    }

    pub(crate) fn accepted(&self) -> Accepted {
        Accepted {
            license: self.license.clone(),
            digest: self.digest,
            signed: self.license.sequence.is_some(),
            delivered_at: self.activated_at,
        }
    }
}

/// The state folder, for one server at a time.
#[derive(Debug)]
pub(crate) struct Shelf {
    _lock: File,
    folder: PathBuf,
    active: Vec<Active>,
}

impl Shelf {
    pub(crate) fn open(folder: &Path) -> Result<Self, Error> {
        durable_file::create_folder(folder).map_err(Error::storage(folder))?;
        let _lock = lock(folder)?;
        let path = folder.join(RECORD);
        let active = match durable_file::read_limited(&path, RECORD_LIMIT) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|source| Error::Damaged { path, source: source.into() })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(source) => return Err(Error::Storage { path, source }),
        };
        Ok(Self { _lock, folder: folder.to_owned(), active })
    }

    pub(crate) fn active(&self) -> &[Active] {
        &self.active
    }

    /// Puts a license into use: first its files into the archive, then the record, which is replaced whole. The license
    /// it replaces stays in the archive.
    pub(crate) fn activate(
        &mut self,
        new: Active,
        file: &[u8],
        envelope: Option<&[u8]>,
    ) -> Result<(), Error> {
        let archive = self.folder.join("archive").join(new.digest.to_string());
        durable_file::create_folder(&archive).map_err(Error::storage(&archive))?;
        let keep = |name: &str, bytes: &[u8]| {
            let path = archive.join(name);
            durable_file::replace(&path, bytes).map_err(Error::storage(path))
        };
        if let Some(envelope) = envelope {
            keep(&format!("{}.dsse", new.name), envelope)?;
        }
        keep(&new.name, file)?;
        let mut active = self.active.clone();
        new.take_its_place(&mut active);
        self.replace(active)
    }

    /// Keeps what a sequence reset leaves of the mark of the license with this digest.
    pub(crate) fn lower(&mut self, digest: Digest, mark: &Mark) -> Result<(), Error> {
        let mut active = self.active.clone();
        active.iter_mut().filter(|one| one.digest == digest).for_each(|one| one.mark = Some(mark.clone()));
        self.replace(active)
    }

    /// Replaces the record, on disk first.
    fn replace(&mut self, active: Vec<Active>) -> Result<(), Error> {
        let path = self.folder.join(RECORD);
        let record = serde_json::to_vec_pretty(&active)
            .map_err(|source| Error::Damaged { path: path.clone(), source: source.into() })?;
        durable_file::replace(&path, &record).map_err(Error::storage(path))?;
        self.active = active;
        Ok(())
    }
}

/// The lock goes with the process that holds it, whatever ends it.
fn lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join("lock");
    let file = File::options().create(true).append(true).open(&path).map_err(Error::storage(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::StateInUse { path: folder.to_owned() }),
        Err(TryLockError::Error(source)) => Err(Error::Storage { path, source }),
    }
}
