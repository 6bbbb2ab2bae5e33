mod address;
mod calls;
mod exchange;
mod received;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use signed_envelope::{KeyRing, SigningKey};
use url::Url;

use crate::keys::{BackOfficeKeys, open_at_any_age};
use crate::{EnrollmentState, Error};

/// An installation's side of the protocol. Every call takes `now`, the installation's clock; how far that is off is
/// learned from the back office when it says so.
///
/// Calls may run side by side. None tries again on its own, but for one more try with a learned clock offset: see
/// [`retry`](crate::retry).
///
/// # Example
/// ```no_run
/// # use std::time::Duration;
/// # use back_office::{Applicant, Client, Error};
/// # use chrono::{DateTime, Utc};
/// # use signed_envelope::{KeyRing, SigningKey};
/// # async fn example(
/// #     http: reqwest::Client, base: url::Url, key: SigningKey, vendor: KeyRing, applicant: Applicant, now: DateTime<Utc>,
/// # ) -> Result<(), Error> {
/// let client = Client::new(http, &base, key, vendor)?;
/// let enrolled = client.enroll(&applicant, now).await?; // to be kept, with the key
/// let license = client.license(None, now).await?;
/// let events = client.events(0, Duration::from_secs(45), "4f1d", now).await?;
/// # Ok(())
/// # }
/// ```
pub struct Client {
    http: reqwest::Client,
    base: Url,
    authority: String,
    trusted: KeyRing,
    patience: Duration,
    state: Mutex<State>,
}

struct State {
    key: SigningKey,
    installation_id: Option<String>,
    keys: Option<Arc<BackOfficeKeys>>,
    /// What is added to our clock to get the back office's.
    offset: TimeDelta,
    signed_time: Option<DateTime<Utc>>,
}

/// What an enrolment brought; to be kept, together with the key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Enrolled {
    /// What the back office calls the installation.
    pub installation_id: String,
    /// Whether it may do everything, or only poll until it is approved.
    pub state: EnrollmentState,
    /// The back office's keys, for [`Client::with_installation`].
    pub back_office_keys: Vec<u8>,
}

impl Client {
    /// `http` comes ready-made, with proxy and TLS roots; it must not follow redirects. `base` is the address of the back
    /// office without a path; its user info is left out. `key` is the installation's, `trusted` are the vendor's keys
    /// that are pinned in the product.
    ///
    /// # Errors
    /// [`Error::BadAddress`] when `base` is not `https` (`http` only on loopback, where nobody can listen), or has a path,
    /// a query or a fragment.
    pub fn new(http: reqwest::Client, base: &Url, key: SigningKey, trusted: KeyRing) -> Result<Self, Error> {
        let (base, authority) = address::check(base)?;
        let state =
            State { key, installation_id: None, keys: None, offset: TimeDelta::zero(), signed_time: None };
        Ok(Self { http, base, authority, trusted, patience: Duration::MAX, state: Mutex::new(state) })
    }

    /// Goes on as the installation that an enrolment made. `back_office_keys` is the newest envelope that
    /// [`back_office_keys`](Self::back_office_keys) gave; one that no longer opens, or is for another back office, is
    /// fetched anew with the first call.
    #[must_use]
    pub fn with_installation(
        self,
        installation_id: &str,
        back_office_keys: &[u8],
        now: DateTime<Utc>,
    ) -> Self {
        let keys = open_at_any_age(back_office_keys, &self.trusted, &self.authority, now).ok();
        {
            let mut state = self.state();
            state.installation_id = Some(installation_id.to_owned());
            state.keys = keys.map(Arc::new);
        }
        self
    }

    /// No exchange may take longer than `most`. Default: 30 s, 60 s for a license, 15 s more than its wait for a poll; a
    /// longer one changes nothing.
    #[must_use]
    pub fn with_patience(self, most: Duration) -> Self {
        Self { patience: most, ..self }
    }

    /// What the back office calls this installation; `None` before the enrolment.
    pub fn installation_id(&self) -> Option<String> {
        self.state().installation_id.clone()
    }

    /// The newest keys of the back office. Their envelope is to be kept whenever its sequence has risen.
    pub fn back_office_keys(&self) -> Option<Arc<BackOfficeKeys>> {
        self.state().keys.clone()
    }

    /// The latest time that the back office has signed.
    pub fn signed_time(&self) -> Option<DateTime<Utc>> {
        self.state().signed_time
    }

    /// How far the back office's clock is ahead of ours, as far as it had to be learned; zero before that.
    pub fn clock_offset(&self) -> TimeDelta {
        self.state().offset
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Client")
            .field("base", &self.base.as_str())
            .field("installation_id", &state.installation_id)
            .field("key", &state.key)
            .field("signed_time", &state.signed_time)
            .finish_non_exhaustive()
    }
}
