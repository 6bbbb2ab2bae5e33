use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use signed_envelope::Digest;

use crate::{Changes, License, diff, outbox::Entry};

/// A new license that users are told about until one of them dismisses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Announcement {
    /// The license digest.
    pub digest: Digest,
    /// Since when the license is in use.
    pub since: DateTime<Utc>,
    /// What changed against the license that was in force before.
    pub changes: Changes,
}

impl Announcement {
    /// What there is to say about a license that takes the place of `previous`: nothing when it is the first, or the same
    /// in all that users can see.
    pub(super) fn of(previous: Option<&License>, entry: &Entry, now: DateTime<Utc>) -> Option<Self> {
        let changes = diff(previous?, &entry.license);
        (!changes.is_empty()).then_some(Self { digest: entry.digest, since: now, changes })
    }
}
