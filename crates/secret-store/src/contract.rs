//! What every [`SecretStore`] must do, as a check that an adapter written elsewhere can run in its tests.

use secrecy::{ExposeSecret, SecretString};

use crate::{Error, MAX_SECRET, SecretStore};

const NAME: &str = "contract-check";
const OTHER: &str = "contract-check-2";

/// Tries every promise of the port, under the names `contract-check` and `contract-check-2`, which must be free and
/// are free again afterwards.
///
/// # Panics
/// With the promise that the adapter broke.
pub fn check(store: &dyn SecretStore) {
    assert_eq!(get(store, NAME), None, "what is not there is no error");
    assert!(!delete(store, NAME), "deleting what is not there says so");

    for secret in ["first", "second, in place of the first", "", "ü€𝄞\n\0", &"x".repeat(MAX_SECRET)] {
        set(store, NAME, secret);
        assert_eq!(get(store, NAME).as_deref(), Some(secret), "a secret comes back as it was kept");
    }
    set(store, OTHER, "other");
    set(store, NAME, "one");
    assert_eq!(get(store, OTHER).as_deref(), Some("other"), "names do not mix");

    let too_large = SecretString::from("x".repeat(MAX_SECRET + 1));
    assert!(matches!(store.set(NAME, &too_large), Err(Error::TooLarge { .. })), "the limit is kept");
    assert_eq!(get(store, NAME).as_deref(), Some("one"), "a failed set changes nothing");

    assert!(delete(store, NAME), "deleting what is there says so");
    assert_eq!(get(store, NAME), None, "what is deleted is gone");
    assert!(delete(store, OTHER), "names do not mix");

    for name in ["", "..", "a/b", "a\\b", "A", "a.b", "-a", &"x".repeat(65)] {
        let refused = |outcome: Result<(), Error>| matches!(outcome, Err(Error::BadName { .. }));
        assert!(refused(store.get(name).map(drop)), "get must refuse the name {name:?}");
        assert!(refused(store.set(name, &SecretString::from("x"))), "set must refuse the name {name:?}");
        assert!(refused(store.delete(name).map(drop)), "delete must refuse the name {name:?}");
    }
}

fn get(store: &dyn SecretStore, name: &str) -> Option<String> {
    done(store.get(name)).map(|secret| secret.expose_secret().to_owned())
}

fn set(store: &dyn SecretStore, name: &str, secret: &str) {
    done(store.set(name, &SecretString::from(secret)));
}

fn delete(store: &dyn SecretStore, name: &str) -> bool {
    done(store.delete(name))
}

fn done<T>(outcome: Result<T, Error>) -> T {
    outcome.unwrap_or_else(|error| panic!("the store must work while it is checked: {error:?}"))
}
