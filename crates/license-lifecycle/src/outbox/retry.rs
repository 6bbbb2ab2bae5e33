//! When a failed delivery is tried again: a pure function of the failure.
use chrono::{DateTime, TimeDelta, Utc};

use super::{Entry, EntryState};
use crate::server::Retry;

const FIRST: TimeDelta = TimeDelta::seconds(5);
const LONGEST: TimeDelta = TimeDelta::minutes(5);
const SLOWLY: TimeDelta = TimeDelta::minutes(15);

/// When `entry` is to be tried on its own; `None`: only when asked, or never.
pub(super) fn due_at(entry: &Entry) -> Option<DateTime<Utc>> {
    match (entry.state, &entry.failure) {
        (EntryState::Superseded, _) => None,
        (EntryState::Waiting, _) | (EntryState::Failed, None) => Some(entry.added_at),
        (EntryState::Failed, Some(failure)) => {
            wait(failure.kind.retry(), entry.attempts).map(|wait| failure.at + wait)
        }
    }
}

/// Whether `entry` is due. A clock that was set back behind the failure does not make it wait any longer.
pub(super) fn is_due(entry: &Entry, now: DateTime<Utc>) -> bool {
    let clock_set_back = || entry.failure.as_ref().is_some_and(|failure| now < failure.at);
    let waiting = entry.state == EntryState::Waiting;
    due_at(entry).is_some_and(|at| waiting || at <= now || clock_set_back())
}

/// Soon: 5 s, 10 s, 20 s … 5 min. Slowly: 15 min.
fn wait(retry: Retry, attempts: u32) -> Option<TimeDelta> {
    match retry {
        Retry::Soon => {
            let doublings = attempts.saturating_sub(1).min(6);
            Some((FIRST * (1 << doublings)).min(LONGEST))
        }
        Retry::Slowly => Some(SLOWLY),
        Retry::WhenAsked => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_five_seconds_to_five_minutes() {
        let waits: Vec<i64> = (0..9)
            .filter_map(|attempts| wait(Retry::Soon, attempts))
            .map(|wait| wait.num_seconds())
            .collect();
        assert_eq!(waits, [5, 5, 10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(wait(Retry::Soon, u32::MAX), Some(LONGEST));
        assert_eq!(wait(Retry::Slowly, 1), Some(SLOWLY));
        assert_eq!(wait(Retry::WhenAsked, 1), None);
    }
}
