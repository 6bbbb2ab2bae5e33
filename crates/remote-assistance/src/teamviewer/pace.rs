use std::time::{Duration, Instant};

/// The longest time to stay away.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// The longest pause of our own making, when the provider names none.
const LONGEST_OWN: Duration = Duration::from_secs(5 * 60);

/// Keeps our calls a second apart, and away while the provider wants to be left alone.
#[derive(Debug)]
pub(super) struct Pace {
    gap: Duration,
    next: Option<Instant>,
    away_until: Option<Instant>,
    refusals: u32,
}

impl Pace {
    pub(super) const fn new(gap: Duration) -> Self {
        Self { gap, next: None, away_until: None, refusals: 0 }
    }

    /// How long the next call has to wait for its turn.
    ///
    /// # Errors
    /// How long no call may be made at all.
    pub(super) fn take_turn(&mut self, now: Instant) -> Result<Duration, Duration> {
        let away = self.away_until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        if !away.is_zero() {
            return Err(away);
        }
        let turn = self.next.map_or(now, |next| next.max(now));
        self.next = Some(turn + self.gap);
        Ok(turn.duration_since(now))
    }

    /// The provider answered 429; returns how long to stay away: what it said, up to 15 min, else 1 s, doubling with
    /// each refusal in a row up to 5 min.
    pub(super) fn refused(&mut self, retry_after: Option<Duration>, now: Instant) -> Duration {
        let own = Duration::from_secs(1 << self.refusals.min(10)).min(LONGEST_OWN);
        self.refusals = self.refusals.saturating_add(1);
        let away = retry_after.map_or(own, |said| said.min(LONGEST));
        self.away_until = Some(now + away);
        away
    }

    /// The provider answered anything else.
    pub(super) const fn accepted(&mut self) {
        self.refusals = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn calls_are_a_second_apart_however_many_come_at_once() {
        let now = Instant::now();
        let mut pace = Pace::new(seconds(1));
        let waits: Vec<_> = (0..3).map(|_| pace.take_turn(now)).collect();
        assert_eq!(waits, [Ok(seconds(0)), Ok(seconds(1)), Ok(seconds(2))]);
        assert_eq!(pace.take_turn(now + seconds(10)), Ok(seconds(0)));
    }

    #[test]
    fn nobody_calls_before_the_time_that_the_provider_named() {
        let now = Instant::now();
        let mut pace = Pace::new(seconds(1));
        assert_eq!(pace.refused(Some(seconds(7)), now), seconds(7));
        assert_eq!(pace.take_turn(now + seconds(6)), Err(seconds(1)));
        assert_eq!(pace.take_turn(now + seconds(7)), Ok(seconds(0)));
        assert_eq!(pace.refused(Some(seconds(86_400)), now), seconds(900));
    }

    #[test]
    fn without_a_named_time_pauses_double_up_to_five_minutes_and_start_anew_after_an_answer() {
        let now = Instant::now();
        let mut pace = Pace::new(seconds(1));
        let pauses: Vec<_> = (0..10).map(|_| pace.refused(None, now).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
        pace.accepted();
        assert_eq!(pace.refused(None, now), seconds(1));
    }
}
