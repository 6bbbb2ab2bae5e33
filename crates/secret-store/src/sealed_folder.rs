use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use durable_file::Replace;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use crate::{Error, KeySource, MAX_SECRET, SecretStore, check_name};

/// One file per secret, of mode 0600 in a folder of mode 0700:
///
/// ```text
/// version 1 (1 byte) │ nonce (12 random bytes) │ AES-256-GCM of the secret │ tag (16 bytes)
/// ```
/// The secret's name is associated data, so a file that is renamed to another secret's name does not open.
/// Several processes may use one folder.
pub struct SealedFolder {
    folder: PathBuf,
    cipher: Aes256Gcm,
}

const VERSION: u8 = 1;
const NONCE: usize = 12;
const TAG: usize = 16;
const MAX_FILE: usize = 1 + NONCE + MAX_SECRET + TAG;

impl SealedFolder {
    /// Opens the folder, or makes it, and closes it to everyone but its owner.
    ///
    /// # Errors
    /// [`Error::BadKey`], [`Error::KeyExposed`], [`Error::Random`], [`Error::Storage`].
    pub fn open(folder: &Path, key: KeySource) -> Result<Self, Error> {
        durable_file::create_folder(folder).and_then(|()| close_to_others(folder)).map_err(Error::storage)?;
        let key = key.key()?;
        Ok(Self { folder: folder.to_owned(), cipher: Aes256Gcm::new((&*key).into()) })
    }

    fn path(&self, name: &str) -> Result<PathBuf, Error> {
        check_name(name).map(|()| self.folder.join(name))
    }

    fn seal(&self, name: &str, secret: &str) -> Result<Vec<u8>, Error> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|source| Error::Random { source: Box::new(source) })?;
        let payload = Payload { msg: secret.as_bytes(), aad: name.as_bytes() };
        let sealed =
            self.cipher.encrypt(&nonce.into(), payload).map_err(|_| Error::TooLarge { limit: MAX_SECRET })?;
        Ok([&[VERSION], &nonce[..], &sealed].concat())
    }

    fn unseal(&self, name: &str, file: &[u8]) -> Option<SecretString> {
        let (&VERSION, rest) = file.split_first()? else { return None };
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: name.as_bytes() };
        let secret = Zeroizing::new(self.cipher.decrypt(nonce.into(), payload).ok()?);
        std::str::from_utf8(&secret).ok().map(SecretString::from)
    }
}

impl SecretStore for SealedFolder {
    fn get(&self, name: &str) -> Result<Option<SecretString>, Error> {
        let unreadable = || Error::Unreadable { name: name.to_owned() };
        match durable_file::read_limited(&self.path(name)?, MAX_FILE as u64) {
            Ok(file) => self.unseal(name, &file).ok_or_else(unreadable).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == ErrorKind::InvalidData => Err(unreadable()),
            Err(error) => Err(Error::storage(error)),
        }
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<(), Error> {
        let path = self.path(name)?;
        let secret = secret.expose_secret();
        if secret.len() > MAX_SECRET {
            return Err(Error::TooLarge { limit: MAX_SECRET });
        }
        let sealed = self.seal(name, secret)?;
        Replace::new(&path).mode(0o600).write(&sealed).map_err(Error::storage)
    }

    fn delete(&self, name: &str) -> Result<bool, Error> {
        durable_file::remove(&self.path(name)?).map_err(Error::storage)
    }
}

impl fmt::Debug for SealedFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedFolder").field("folder", &self.folder).finish_non_exhaustive()
    }
}

#[cfg(unix)]
fn close_to_others(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, PermissionsExt::from_mode(0o700))
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn store() -> (tempfile::TempDir, SealedFolder) {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("secrets");
        let store = SealedFolder::open(&folder, KeySource::File(root.path().join("key"))).unwrap();
        (root, store)
    }

    fn is_unreadable(store: &SealedFolder, name: &str) -> bool {
        matches!(store.get(name), Err(Error::Unreadable { .. }))
    }

    #[test]
    fn the_contract_is_kept() {
        crate::contract::check(&store().1);
    }

    #[test]
    fn secrets_are_there_after_a_restart_with_the_same_key_only() {
        let (root, first) = store();
        first.set("proxy-password", &SecretString::from("correct horse")).unwrap();
        let second = SealedFolder::open(&first.folder, KeySource::File(root.path().join("key"))).unwrap();
        assert_eq!(second.get("proxy-password").unwrap().unwrap().expose_secret(), "correct horse");
        let other = SealedFolder::open(&first.folder, KeySource::Bytes(Zeroizing::new([1; 32]))).unwrap();
        assert!(is_unreadable(&other, "proxy-password"));
        other.set("proxy-password", &SecretString::from("typed again")).unwrap();
        assert_eq!(other.get("proxy-password").unwrap().unwrap().expose_secret(), "typed again");
    }

    #[test]
    fn files_hold_nothing_readable_and_differ_each_time() {
        let (_root, store) = store();
        let file = |secret: &str| {
            store.set("a", &SecretString::from(secret)).unwrap();
            fs::read(store.folder.join("a")).unwrap()
        };
        let sealed = file("correct horse");
        assert!(!sealed.windows(5).any(|part| part == b"horse"));
        assert_ne!(file("correct horse"), sealed);
    }

    #[test]
    fn a_file_under_another_name_does_not_open() {
        let (_root, store) = store();
        store.set("a", &SecretString::from("secret")).unwrap();
        fs::copy(store.folder.join("a"), store.folder.join("b")).unwrap();
        assert!(is_unreadable(&store, "b"));
    }

    #[test]
    fn a_damaged_file_does_not_open() {
        let (_root, store) = store();
        let path = store.folder.join("a");
        store.set("a", &SecretString::from("secret")).unwrap();
        let sealed = fs::read(&path).unwrap();
        for place in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[place] ^= 1;
            fs::write(&path, damaged).unwrap();
            assert!(is_unreadable(&store, "a"), "byte {place}");
            fs::write(&path, &sealed[..place]).unwrap();
            assert!(is_unreadable(&store, "a"), "cut at {place}");
        }
        fs::write(&path, vec![VERSION; MAX_FILE + 1]).unwrap();
        assert!(is_unreadable(&store, "a"), "too long");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_look() {
        use std::os::unix::fs::PermissionsExt;
        let (root, store) = store();
        store.set("a", &SecretString::from("secret")).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&store.folder), mode(&store.folder.join("a"))), (0o700, 0o600));

        fs::set_permissions(&store.folder, PermissionsExt::from_mode(0o755)).unwrap();
        SealedFolder::open(&store.folder, KeySource::File(root.path().join("key"))).unwrap();
        assert_eq!(mode(&store.folder), 0o700);
    }

    #[test]
    fn debug_shows_the_folder_only() {
        let (_root, store) = store();
        assert_eq!(format!("{store:?}"), format!("SealedFolder {{ folder: {:?}, .. }}", store.folder));
    }
}
