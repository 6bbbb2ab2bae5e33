//! Who this installation is: its key, the id that the back office gave it, and the back office's own keys.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use signed_envelope::SigningKey;

use crate::Error;

const LIMIT: u64 = 256 * 1024;
const KEYS: &str = "back-office-keys.dsse";

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
    enrolment: Option<Enrolment>,
    back_office_keys: Option<Vec<u8>>,
}

impl Identity {
    /// Reads the folder; the first time, it is made with a new key.
    pub(crate) fn open(folder: PathBuf) -> Result<Self, Error> {
        durable_file::create_folder(&folder)
            .map_err(|source| Error::StateDir { path: folder.clone(), source })?;
        let key = match read(&folder.join("installation-key.pem"))? {
            Some(pem) => {
                let pem = SecretString::from(String::from_utf8_lossy(&pem).into_owned());
                SigningKey::from_pem(&pem).map_err(|source| Error::Identity { source })?
            }
            None => {
                let key = SigningKey::generate().map_err(|source| Error::Identity { source })?;
                write(&folder.join("installation-key.pem"), key.to_pem().expose_secret().as_bytes())?;
                key
            }
        };
        let path = folder.join("enrolment.json");
        let enrolment = match read(&path)? {
            Some(bytes) => serde_json::from_slice(&bytes)
                .map_err(|source| Error::StateFile { path, source: Box::new(source) })?,
            None => None,
        };
        let back_office_keys = read(&folder.join(KEYS))?;
        Ok(Self { folder, key, enrolment, back_office_keys })
    }

    pub(crate) fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The enrolment at this back office, if there is one.
    pub(crate) fn enrolment(&self, authority: &str) -> Option<&Enrolment> {
        self.enrolment.as_ref().filter(|enrolment| enrolment.authority == authority)
    }

    pub(crate) fn enrolled(&mut self, enrolment: Enrolment) -> Result<(), Error> {
        let text = serde_json::to_vec_pretty(&enrolment)
            .map_err(|source| Error::StateFile { path: self.folder.clone(), source: Box::new(source) })?;
        write(&self.folder.join("enrolment.json"), &text)?;
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
            write(&self.folder.join(KEYS), envelope)?;
            self.back_office_keys = Some(envelope.to_vec());
        }
        Ok(())
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match durable_file::read_limited(path, LIMIT) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::StateDir { path: path.to_owned(), source }),
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    durable_file::Replace::new(path)
        .mode(0o600)
        .write(bytes)
        .map_err(|source| Error::StateDir { path: path.to_owned(), source })
}
