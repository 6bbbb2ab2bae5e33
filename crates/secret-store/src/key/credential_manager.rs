//! The key in Windows' Credential Manager: sealed by the system for the account, and on this computer only.
use std::collections::HashMap;

use keyring_core::api::CredentialStoreApi;
use secrecy::zeroize::Zeroizing;
use windows_native_keyring_store::Store;

use super::{Key, random};
use crate::Error;

pub(super) fn key(name: &str) -> Result<Key, Error> {
    let failed = |source: keyring_core::Error| Error::Storage { source: Box::new(source) };
    let how = HashMap::from([("target", name), ("persistence", "Local")]);
    let entry = Store::new().and_then(|store| store.build("", "", Some(&how))).map_err(failed)?;
    match entry.get_secret().map(Zeroizing::new) {
        Ok(kept) => {
            let kept = kept.as_slice().try_into().map_err(|_| Error::Unreadable { name: name.to_owned() })?;
            Ok(Zeroizing::new(kept))
        }
        Err(keyring_core::Error::NoEntry) => {
            let key = random()?;
            entry.set_secret(key.as_slice()).map_err(failed)?;
            Ok(key)
        }
        Err(error) => Err(failed(error)),
    }
}

/// Takes the key away; what it sealed can then be opened by nobody.
#[cfg(test)]
pub(super) fn forget(name: &str) {
    let how = HashMap::from([("target", name)]);
    Store::new().unwrap().build("", "", Some(&how)).unwrap().delete_credential().unwrap();
}

#[cfg(test)]
mod tests {
    use secrecy::{ExposeSecret, SecretString};

    use super::*;
    use crate::{KeySource, SealedFolder, SecretStore};

    #[test]
    fn the_key_is_made_once_and_kept_until_it_is_taken_away() {
        let name = format!("secret-store test {}", std::process::id());
        let folder = tempfile::tempdir().unwrap();
        let open = || SealedFolder::open(folder.path(), KeySource::CredentialManager(name.clone())).unwrap();

        crate::contract::check(&open());
        open().set("proxy-password", &SecretString::from("correct horse")).unwrap();
        assert_eq!(open().get("proxy-password").unwrap().unwrap().expose_secret(), "correct horse");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "the key lies elsewhere");

        forget(&name);
        assert!(matches!(open().get("proxy-password"), Err(Error::Unreadable { .. })), "another key");
        forget(&name);
    }
}
