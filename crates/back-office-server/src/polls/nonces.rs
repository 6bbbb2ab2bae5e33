//! Nonces of polls, in memory: a poll replayed after a restart finds its creation time too old instead.
use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};

use back_office::signature::{LIFETIME_S, TOLERANCE_S, VerifiedRequest};
use chrono::{DateTime, Utc};
use signed_envelope::KeyId;

use super::accept::LATEST_BACKWARDS_S;
use crate::answer::Refused;

/// The most polls with creation times within the window; an installation makes one a minute.
const MOST: usize = 64;

/// The nonces of each key's polls whose creation times could still be accepted.
#[derive(Debug, Default)]
pub(crate) struct PollNonces {
    seen: Mutex<HashMap<KeyId, Vec<Spent>>>,
    secret: RandomState,
}

/// When a poll was created, in Unix seconds, and a keyed hash of its nonce. Two nonces of one key within seconds have
/// the same once in 2^64 polls, and then one of them is made again.
type Spent = (i64, u64);

impl PollNonces {
    /// Spends the nonce of a verified poll.
    ///
    /// # Errors
    /// 401 `replayed` when it was spent before, 429 when polls come too fast to be remembered.
    pub(crate) fn spend(&self, request: &VerifiedRequest) -> Result<(), Refused> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let polls = seen.entry(request.key_id).or_default();
        let nonce = self.secret.hash_one(request.nonce.as_str());
        if polls.iter().any(|(_, spent)| *spent == nonce) {
            return Err(Refused::unauthorized("replayed", "this poll was made before"));
        }
        let created = request.created.timestamp();
        let newest = polls.iter().map(|(created, _)| *created).max().unwrap_or(created).max(created);
        polls.retain(|(created, _)| *created >= newest - LATEST_BACKWARDS_S);
        if polls.len() >= MOST {
            return Err(Refused::too_many(u64::try_from(LATEST_BACKWARDS_S).unwrap_or(1)));
        }
        polls.push((created, nonce));
        Ok(())
    }

    /// Forgets polls whose signatures have run out.
    pub(crate) fn sweep(&self, now: DateTime<Utc>) {
        let oldest = now.timestamp() - LIFETIME_S - TOLERANCE_S;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, polls| {
            polls.retain(|(created, _)| *created >= oldest);
            !polls.is_empty()
        });
    }
}
