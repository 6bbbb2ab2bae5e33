//! Failed logins: each further one costs a doubled wait.
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Mistypings that cost nothing.
const FREE: u32 = 5;
/// The first wait.
const FIRST: Duration = Duration::from_secs(1);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// After so long without a failure, a subject starts anew.
const FORGOTTEN: Duration = Duration::from_secs(24 * 3600);
/// So many subjects are counted at once; whoever invents more of them pushes out the oldest.
const MOST: usize = 10_000;

/// Counts failures per subject: a name, an address. In memory: a restart forgives, and needs an administrator.
#[derive(Debug, Default)]
pub(crate) struct Throttle(HashMap<String, Failures>);

#[derive(Debug)]
struct Failures {
    count: u32,
    last: Instant,
}

impl Failures {
    fn over(&self) -> Instant {
        self.last + wait(self.count)
    }
}

/// The wait after the `failures`-th failure: nothing for the first five, then 1 s, 2 s, 4 s … 15 min.
fn wait(failures: u32) -> Duration {
    match failures.saturating_sub(FREE) {
        0 => Duration::ZERO,
        beyond => (FIRST * (1 << (beyond - 1).min(16))).min(LONGEST),
    }
}

impl Throttle {
    /// How long the subjects have to wait; `None`: not at all.
    pub(crate) fn locked_for(&self, subjects: &[String], now: Instant) -> Option<Duration> {
        let over = subjects.iter().filter_map(|subject| self.0.get(subject)).map(Failures::over).max()?;
        over.checked_duration_since(now).filter(|wait| !wait.is_zero())
    }

    pub(crate) fn failed(&mut self, subjects: &[String], now: Instant) {
        self.0.retain(|_, failures| now.saturating_duration_since(failures.last) < FORGOTTEN);
        for subject in subjects {
            if self.0.len() >= MOST && !self.0.contains_key(subject) {
                let oldest = self.0.iter().min_by_key(|(_, failures)| failures.last);
                let oldest = oldest.map(|(subject, _)| subject.clone());
                oldest.map(|oldest| self.0.remove(&oldest));
            }
            let failures = self.0.entry(subject.clone()).or_insert(Failures { count: 0, last: now });
            *failures = Failures { count: failures.count.saturating_add(1), last: now };
        }
    }

    /// Forgets the failures of a subject that has proved to be genuine.
    pub(crate) fn forgive(&mut self, subject: &str) {
        self.0.remove(subject);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_starts_after_five_failures_doubles_and_ends_at_a_quarter_of_an_hour() {
        for (failures, seconds) in
            [(0, 0), (5, 0), (6, 1), (7, 2), (8, 4), (15, 512), (16, 900), (u32::MAX, 900)]
        {
            assert_eq!(wait(failures).as_secs(), seconds, "after {failures}");
        }
    }

    #[test]
    fn a_locked_subject_locks_whoever_comes_with_it_until_the_wait_is_over_or_a_day_is_quiet() {
        let (mut throttle, start) = (Throttle::default(), Instant::now());
        let (kim, here) = ("kim".to_owned(), "127.0.0.1".to_owned());
        for _ in 0..8 {
            throttle.failed(&[kim.clone(), here.clone()], start);
        }
        assert_eq!(
            throttle.locked_for(&["robin".to_owned(), here.clone()], start),
            Some(Duration::from_secs(4))
        );
        assert_eq!(throttle.locked_for(&["robin".to_owned()], start), None);
        assert_eq!(throttle.locked_for(std::slice::from_ref(&kim), start + Duration::from_secs(4)), None);
        throttle.forgive("kim");
        assert_eq!(throttle.locked_for(std::slice::from_ref(&kim), start), None);
        throttle.failed(&[kim], start + FORGOTTEN);
        assert_eq!(throttle.locked_for(&[here], start), None, "forgotten");
    }

    #[test]
    fn invented_names_cost_no_more_than_so_much_memory() {
        let (mut throttle, start) = (Throttle::default(), Instant::now());
        for number in 0..MOST + 5 {
            throttle.0.insert(number.to_string(), Failures { count: 9, last: start });
            if throttle.0.len() > MOST {
                throttle.0.remove(&(number - MOST).to_string());
            }
        }
        throttle.failed(&["one more".to_owned()], start);
        assert_eq!(throttle.0.len(), MOST);
    }
}
