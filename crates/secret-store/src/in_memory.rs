use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use secrecy::{ExposeSecret, SecretString};

use crate::{Error, MAX_SECRET, SecretStore, check_name};

/// Keeps secrets as long as it lives: for demos and tests.
#[derive(Debug, Default)]
pub struct InMemory {
    secrets: Mutex<BTreeMap<String, SecretString>>,
}

impl InMemory {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// The map is whole after any panic: each change to it is a single call.
    fn secrets(&self) -> MutexGuard<'_, BTreeMap<String, SecretString>> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SecretStore for InMemory {
    fn get(&self, name: &str) -> Result<Option<SecretString>, Error> {
        check_name(name)?;
        Ok(self.secrets().get(name).cloned())
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<(), Error> {
        check_name(name)?;
        if secret.expose_secret().len() > MAX_SECRET {
            return Err(Error::TooLarge { limit: MAX_SECRET });
        }
        self.secrets().insert(name.to_owned(), secret.clone());
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<bool, Error> {
        check_name(name)?;
        Ok(self.secrets().remove(name).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_is_kept() {
        crate::contract::check(&InMemory::new());
    }

    #[test]
    fn debug_shows_no_secret() {
        let store = InMemory::new();
        store.set("proxy-password", &SecretString::from("correct horse")).unwrap();
        let shown = format!("{store:?}");
        assert!(shown.contains("proxy-password") && !shown.contains("horse"), "{shown}");
    }
}
