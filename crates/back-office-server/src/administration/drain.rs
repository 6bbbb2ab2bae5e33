//! Sending installations away before a stop, and spreading their return.
use std::time::Duration;

use back_office::EventKind;
use chrono::TimeDelta;

use super::{Administration, clock};
use crate::Error;
use crate::events;

/// The longest spread (the protocol's).
const LONGEST: Duration = Duration::from_secs(600);

impl Administration {
    /// Asks `installations` to reconnect at random moments within `spread` (at most 10 min).
    ///
    /// # Errors
    /// [`Error::Database`].
    pub(crate) async fn drain(&self, installations: &[String], spread: Duration) -> Result<(), Error> {
        let spread_s = u32::try_from(spread.min(LONGEST).as_secs().max(1)).unwrap_or(1);
        let expires_at = clock::now() + TimeDelta::seconds(spread_s.into());
        let mut write = self.store.note().await?;
        for installation in installations {
            events::tell(&mut write, installation, &EventKind::Drain { spread_s }, Some(expires_at)).await?;
        }
        Ok(self.bell.commit(write, installations).await?)
    }
}
