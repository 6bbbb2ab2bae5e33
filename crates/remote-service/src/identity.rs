//! Who this installation is: its key, the id that the back office gave it, and the back office's own keys.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use signed_envelope::{PublicKey, SigningKey};

use crate::{Error, state_file};

const LIMIT: u64 = 256 * 1024;
const ENROLMENT: &str = "enrolment.json";
const KEYS: &str = "back-office-keys.dsse";
const KEY: &str = "installation-key.pem";
/// A key that the back office was, or is to be, asked to take; which of the two is in force shows when it answers.
const NEXT_KEY: &str = "next-installation-key.pem";
/// The public keys of before, one a line, the newest last.
const FORMER_KEYS: &str = "former-installation-keys";
/// More are not kept: they only tell whose the head of an audit was that a crash left behind.
const FORMER: usize = 16;

/// Where an installation stands with its back office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Enrolment {
    pub(crate) installation_id: String,
    /// The back office that gave the id: another address is another back office.
    pub(crate) authority: String,
    /// Enrolled, but a help-desk user must approve first: it may only poll and wait.
    pub(crate) quarantined: bool,
}

/// The folder `identity/` of the state directory.
#[derive(Debug)]
pub(crate) struct Identity {
    folder: PathBuf,
    key: SigningKey,
    next: Option<SigningKey>,
    former: Vec<PublicKey>,
    enrolment: Option<Enrolment>,
    back_office_keys: Option<Vec<u8>>,
}

impl Identity {
    /// Reads the folder; the first time, it is made with a new key.
    pub(crate) fn open(folder: PathBuf) -> Result<Self, Error> {
        durable_file::create_folder(&folder)
            .map_err(|source| Error::File { path: folder.clone(), source })?;
        let key = match read_key(&folder.join(KEY))? {
            Some(key) => key,
            None => new_key(&folder.join(KEY))?,
        };
        let next = read_key(&folder.join(NEXT_KEY))?.filter(|next| next.public() != key.public());
        let former = state_file::read(&folder.join(FORMER_KEYS), LIMIT)?.unwrap_or_default();
        let former = String::from_utf8_lossy(&former).lines().filter_map(|key| key.parse().ok()).collect();
        let enrolment = state_file::read_json(&folder.join(ENROLMENT), LIMIT)?;
        let back_office_keys = state_file::read(&folder.join(KEYS), LIMIT)?;
        Ok(Self { folder, key, next, former, enrolment, back_office_keys })
    }

    pub(crate) fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The public keys that were in force before.
    pub(crate) fn former(&self) -> &[PublicKey] {
        &self.former
    }

    /// The key that is to follow, when one is on its way.
    pub(crate) fn next_key(&self) -> Option<&SigningKey> {
        self.next.as_ref()
    }

    /// The key that is to follow: the one on its way, or a new one, on stable storage.
    pub(crate) fn prepare_key(&mut self) -> Result<SigningKey, Error> {
        if let Some(next) = &self.next {
            return Ok(next.clone());
        }
        let next = new_key(&self.folder.join(NEXT_KEY))?;
        self.next = Some(next.clone());
        Ok(next)
    }

    /// The back office took the key that was to follow. A kill between the steps leaves a former key too many, or a
    /// next one that is in force already.
    pub(crate) fn adopt_next_key(&mut self) -> Result<(), Error> {
        let Some(next) = self.next.clone() else { return Ok(()) };
        let mut former = self.former.clone();
        former.push(self.key.public());
        former.drain(..former.len().saturating_sub(FORMER));
        let lines: String = former.iter().map(|key| format!("{}\n", key.to_hex())).collect();
        state_file::write(&self.folder.join(FORMER_KEYS), lines.as_bytes())?;
        self.former = former;
        state_file::write(&self.folder.join(KEY), next.to_pem().expose_secret().as_bytes())?;
        self.key = next;
        self.next = None;
        let path = self.folder.join(NEXT_KEY);
        durable_file::remove(&path).map(drop).map_err(|source| Error::File { path, source })
    }

    /// The enrolment at this back office, if there is one.
    pub(crate) fn enrolment(&self, authority: &str) -> Option<&Enrolment> {
        self.enrolment.as_ref().filter(|enrolment| enrolment.authority == authority)
    }

    pub(crate) fn enrolled(&mut self, enrolment: Enrolment) -> Result<(), Error> {
        state_file::write_json(&self.folder.join(ENROLMENT), &enrolment)?;
        self.enrolment = Some(enrolment);
        Ok(())
    }

    /// The help desk ended the quarantine.
    pub(crate) fn approved(&mut self) -> Result<(), Error> {
        match self.enrolment.clone() {
            Some(enrolment) => self.enrolled(Enrolment { quarantined: false, ..enrolment }),
            None => Ok(()),
        }
    }

    /// The newest envelope with the back office's keys that we accepted.
    pub(crate) fn back_office_keys(&self) -> Option<&[u8]> {
        self.back_office_keys.as_deref()
    }

    pub(crate) fn keep_back_office_keys(&mut self, envelope: &[u8]) -> Result<(), Error> {
        if self.back_office_keys() != Some(envelope) {
            state_file::write(&self.folder.join(KEYS), envelope)?;
            self.back_office_keys = Some(envelope.to_vec());
        }
        Ok(())
    }
}

fn read_key(path: &Path) -> Result<Option<SigningKey>, Error> {
    let Some(pem) = state_file::read(path, LIMIT)? else { return Ok(None) };
    let pem = SecretString::from(String::from_utf8_lossy(&pem).into_owned());
    SigningKey::from_pem(&pem).map(Some).map_err(|source| Error::Identity { source })
}

fn new_key(path: &Path) -> Result<SigningKey, Error> {
    let key = SigningKey::generate().map_err(|source| Error::Identity { source })?;
    state_file::write(path, key.to_pem().expose_secret().as_bytes())?;
    Ok(key)
}
