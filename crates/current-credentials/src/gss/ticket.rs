//! A ticket that a password got, for as many logins as it lives.
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::library::Library;
use super::types::{self, Buffer, OidSet, SPNEGO, USER_NAME};
use super::{ERRORS, import};
use crate::{Error, Password};

/// The library keeps it, and the tickets for services that come with it, in this process's memory.
pub(crate) struct Ticket {
    credential: Mutex<Credential>,
    lifetime: Duration,
}

pub(super) struct Credential {
    library: Arc<Library>,
    handle: types::Credential,
}

// SAFETY: a credential may be used by any thread (RFC 2744 binds none to a thread); the mutex keeps it to one at a time.
unsafe impl Send for Credential {}

impl Ticket {
    /// Asks the KDC.
    pub(crate) fn acquire(Password { domain, user, password }: Password<'_>) -> Result<Self, Error> {
        let library = Library::open()?;
        let principal = format!("{user}@{}", domain.to_uppercase());
        let mut user = import(&library, &principal, &USER_NAME)?;
        let mut password = Buffer::of(password.as_bytes());
        let mut wanted = OidSet { count: 1, elements: (&raw const SPNEGO).cast_mut() };
        let mut credential = Credential { library, handle: ptr::null_mut() };
        let (mut minor, mut seconds) = (0, 0);
        // SAFETY: name, password and set are live locals, which the library only reads; the credential it makes is stored in
        // a struct that releases it; null means "not wanted", 0 the default life time, 1 `GSS_C_INITIATE`.
        let major = unsafe {
            (credential.library.acquire_with_password)(
                &mut minor,
                user,
                &mut password,
                0,
                &mut wanted,
                1,
                &mut credential.handle,
                ptr::null_mut(),
                &mut seconds,
            )
        };
        let mut ignored = 0;
        // SAFETY: the name is ours and released once.
        unsafe { (credential.library.release_name)(&mut ignored, &mut user) };
        if major & ERRORS != 0 {
            return Err(credential.library.refusal(major, minor));
        }
        Ok(Self { credential: credential.into(), lifetime: Duration::from_secs(seconds.into()) })
    }

    /// From when it was acquired.
    pub(crate) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Credential> {
        self.credential.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Credential {
    pub(super) fn handle(&self) -> types::Credential {
        self.handle
    }
}

impl Drop for Credential {
    fn drop(&mut self) {
        let mut minor = 0;
        // SAFETY: the handle came from this library and is released once; a null one is allowed.
        unsafe { (self.library.release_credential)(&mut minor, &mut self.handle) };
    }
}
