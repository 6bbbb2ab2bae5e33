#[cfg(windows)]
mod credential_manager;

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use durable_file::Replace;
use secrecy::zeroize::Zeroizing;

use crate::Error;

const KEY_BYTES: usize = 32;
pub(crate) type Key = Zeroizing<[u8; KEY_BYTES]>;

/// Where the key comes from that secrets are sealed with.
pub enum KeySource {
    /// A file of 32 random bytes. When missing it is made, readable by its owner alone (0400). Below systemd it is
    /// the credential's path in `$CREDENTIALS_DIRECTORY`, which must exist, as nobody can write there. Keep it away
    /// from the sealed folder's backups.
    File(PathBuf),
    /// An entry of this name in Windows' Credential Manager, made when missing. Windows keeps it for the account of the
    /// process: a service that is given another log-on account finds a new key, and its secrets must be typed again.
    #[cfg(windows)]
    CredentialManager(String),
    /// The key itself, from a store of the embedder's.
    Bytes(Zeroizing<[u8; 32]>),
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            #[cfg(windows)]
            Self::CredentialManager(name) => f.debug_tuple("CredentialManager").field(name).finish(),
            Self::Bytes(_) => f.write_str("Bytes([REDACTED])"),
        }
    }
}

impl KeySource {
    pub(crate) fn key(self) -> Result<Key, Error> {
        match self {
            Self::Bytes(key) => Ok(key),
            #[cfg(windows)]
            Self::CredentialManager(name) => credential_manager::key(&name),
            Self::File(path) => match read(&path)? {
                Some(key) => Ok(key),
                None => {
                    make(&path)?;
                    // Another process may have been faster: whatever lies there now is the key.
                    read(&path)?.ok_or(Error::BadKey { path })
                }
            },
        }
    }
}

fn read(path: &Path) -> Result<Option<Key>, Error> {
    let bad_key = || Error::BadKey { path: path.to_owned() };
    let bytes = match durable_file::read_limited(path, KEY_BYTES as u64) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == ErrorKind::InvalidData => return Err(bad_key()),
        Err(error) => return Err(Error::storage(error)),
    };
    if is_exposed(path).map_err(Error::storage)? {
        return Err(Error::KeyExposed { path: path.to_owned() });
    }
    let mut key = Key::default();
    if bytes.len() != KEY_BYTES {
        return Err(bad_key());
    }
    key.copy_from_slice(&bytes);
    Ok(Some(key))
}

fn random() -> Result<Key, Error> {
    let mut key = Key::default();
    getrandom::fill(key.as_mut_slice()).map_err(|source| Error::Random { source: Box::new(source) })?;
    Ok(key)
}

fn make(path: &Path) -> Result<(), Error> {
    let key = random()?;
    Replace::new(path).mode(0o400).write_new(key.as_slice()).map_err(Error::storage)?;
    Ok(())
}

/// The group is not asked: systemd grants a service its credential by an access list, which shows as 0440.
#[cfg(unix)]
fn is_exposed(path: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o007 != 0)
}

#[cfg(not(unix))]
fn is_exposed(_: &Path) -> std::io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn key(path: &Path) -> Result<[u8; 32], Error> {
        KeySource::File(path.to_owned()).key().map(|key| *key)
    }

    #[test]
    fn a_missing_key_is_made_once() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("key");
        let made = key(&path).unwrap();
        assert_ne!(made, [0; 32]);
        assert_eq!(key(&path).unwrap(), made);
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_of_another_length_is_no_key() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("key");
        for length in [0, 31, 33] {
            Replace::new(&path).mode(0o400).write(&vec![7; length]).unwrap();
            assert!(matches!(key(&path), Err(Error::BadKey { .. })), "{length}");
        }
    }

    #[test]
    fn no_place_for_a_key_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        assert!(matches!(key(&root.path().join("none/key")), Err(Error::Storage { .. })));
        assert!(matches!(key(root.path()), Err(Error::Storage { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_key() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("key");
        key(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o400);
        for (mode, exposed) in [(0o440, false), (0o600, false), (0o404, true), (0o644, true)] {
            fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            assert_eq!(matches!(key(&path), Err(Error::KeyExposed { .. })), exposed, "{mode:o}");
        }
    }

    #[test]
    fn debug_shows_no_key() {
        let shown = format!("{:?}", KeySource::Bytes(Zeroizing::new([123; 32])));
        assert_eq!(shown, "Bytes([REDACTED])");
    }
}
