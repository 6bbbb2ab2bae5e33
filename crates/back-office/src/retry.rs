//! When to try again, as pure functions: random numbers and times are arguments.

mod hold;

use std::time::Duration;

pub use hold::{Hold, PATIENCE};

use crate::{Error, Hop};

/// The longest wait between two tries.
pub const LONGEST: Duration = Duration::from_secs(5 * 60);
/// The longest that a `Retry-After` can ask for: one mistyped header must not silence an installation for a year.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(15 * 60);
/// The longest spread of a `drain`.
pub const LONGEST_SPREAD: Duration = Duration::from_secs(600);
/// After so long a time without a failure, the next one counts as the first.
pub const HEALTHY_AFTER: Duration = Duration::from_secs(20);

/// Whether a failed call is worth another try.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Again {
    /// After the [`delay`], and this on top: what the back office asked for.
    Later {
        /// Zero when it asked for nothing.
        extra: Duration,
    },
    /// The proxy wants a login: with a password only as the latch of the proxy settings allows, else as `Later`.
    ProxyLogin,
    /// Not for this call: the same would be refused again.
    Never,
}

/// How long to wait before the try after `failures` failures (from 1): full jitter over 1 s doubling to 5 min.
///
/// `random` is uniform over 0.0..1.0; anything else counts as the nearer end, what is not a number as 0.
pub fn delay(failures: u32, random: f64) -> Duration {
    let doublings = failures.saturating_sub(1).min(9);
    share(LONGEST.min(Duration::from_secs(1 << doublings)), random)
}

/// How long to wait before reconnecting after `drain`: uniform over the spread, at most 600 s.
pub fn drain_delay(spread_s: u32, random: f64) -> Duration {
    share(LONGEST_SPREAD.min(Duration::from_secs(spread_s.into())), random)
}

/// Judges a failed call. An answer without a valid signature is a failure on the way, whatever its status. A refusal is final
/// but for 401, as the key may be changing just now or a later poll came first, and for what is about the moment.
pub fn judge(error: &Error) -> Again {
    match (error.hop(), error) {
        (Hop::Here, _) => Again::Never,
        (Hop::Connection | Hop::Between, _) if error.status() == Some(407) => Again::ProxyLogin,
        (_, Error::Refused { status, retry_after, .. }) => match status {
            401 | 408 | 425 | 429 | 500..=599 => Again::Later { extra: retry_after.unwrap_or_default() },
            _ => Again::Never,
        },
        _ => Again::Later { extra: Duration::ZERO },
    }
}

/// Reads how long the back office asks us to stay away.
///
/// `header` is the value of `Retry-After` as whole seconds (RFC 9110, section 10.2.3); a date, or anything else, is
/// not looked at. Waits above 15 min count as 15 min.
pub fn retry_after(header: &str) -> Option<Duration> {
    let digits = !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| LONGEST_RETRY_AFTER.min(Duration::from_secs(header.parse().unwrap_or(u64::MAX))))
}

/// How many failures there were in a row.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Failures(u32);

impl Failures {
    /// Counts a failure that came `healthy` after the last one had been overcome, and says how long to wait.
    pub fn failed(&mut self, healthy: Duration, random: f64) -> Duration {
        if healthy >= HEALTHY_AFTER {
            self.reset();
        }
        self.0 = self.0.saturating_add(1);
        delay(self.0, random)
    }

    /// Settings or network changed: nothing of before counts.
    pub fn reset(&mut self) {
        self.0 = 0;
    }

    /// Failures in a row.
    pub fn count(&self) -> u32 {
        self.0
    }
}

pub(crate) fn share(of: Duration, random: f64) -> Duration {
    if random.is_nan() { Duration::ZERO } else { of.mul_f64(random.clamp(0.0, 1.0)) }
}

#[cfg(test)]
mod tests;
