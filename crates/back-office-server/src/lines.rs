//! The held polls of this process: who waits, and how news reaches them.
//!
//! A line carries no content. It says "look again", and the poll reads the database: what was
//! written before the look is seen, what is written after it rings again, so nothing is missed.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// What changed on a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Signal {
    /// Number of the newest poll; an older one must end.
    poll: u64,
    /// Counts the news.
    news: u64,
}

/// A line with at least one poll on it.
#[derive(Debug, Default)]
struct Line {
    signal: watch::Sender<Signal>,
    polls: usize,
}

/// All lines of this process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    open: Arc<Mutex<HashMap<Arc<str>, Line>>>,
}

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rang {
    /// There may be news.
    News,
    /// A newer poll of the same installation took over.
    Replaced,
}

impl Lines {
    /// Takes the line of `installation`; an older poll on it ends with [`Rang::Replaced`].
    pub(crate) fn hold(&self, installation: &str) -> Held {
        let installation: Arc<str> = installation.into();
        let mut open = self.lock();
        let line = open.entry(installation.clone()).or_default();
        line.polls += 1;
        line.signal.send_modify(|signal| signal.poll += 1);
        let receiver = line.signal.subscribe();
        let number = receiver.borrow().poll;
        drop(open);
        Held { lines: self.clone(), installation, receiver, number }
    }

    /// Tells `installation`, when it waits here, to look again.
    pub(crate) fn ring(&self, installation: &str) {
        if let Some(line) = self.lock().get(installation) {
            line.signal.send_modify(|signal| signal.news += 1);
        }
    }

    /// Whether a poll of `installation` is held here.
    pub(crate) fn is_held(&self, installation: &str) -> bool {
        self.lock().contains_key(installation)
    }

    /// Whose polls are held here.
    pub(crate) fn installations(&self) -> Vec<String> {
        self.lock().keys().map(|installation| installation.to_string()).collect()
    }

    /// How many polls are held here.
    pub(crate) fn held(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, Line>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One held poll; dropping it frees the line.
#[derive(Debug)]
pub(crate) struct Held {
    lines: Lines,
    installation: Arc<str>,
    receiver: watch::Receiver<Signal>,
    number: u64,
}

impl Held {
    /// Waits until the line rings. Rings since [`Lines::hold`] or the last call count.
    pub(crate) async fn rang(&mut self) -> Rang {
        // The sender lives in the table as long as we do, so `Err` cannot come.
        let _ = self.receiver.changed().await;
        if self.receiver.borrow_and_update().poll == self.number { Rang::News } else { Rang::Replaced }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut open = self.lines.lock();
        if let Some(line) = open.get_mut(&self.installation) {
            line.polls -= 1;
            if line.polls == 0 {
                open.remove(&self.installation);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn news_rings_only_the_line_it_is_for() {
        let lines = Lines::default();
        let mut held = lines.hold("a");
        let _other = lines.hold("b");
        lines.ring("b");
        assert!(!held.receiver.has_changed().unwrap());
        lines.ring("a");
        assert_eq!(held.rang().await, Rang::News);
    }

    #[tokio::test]
    async fn a_newer_poll_replaces_the_older_and_keeps_the_line() {
        let lines = Lines::default();
        let mut older = lines.hold("a");
        let mut newer = lines.hold("a");
        assert_eq!(older.rang().await, Rang::Replaced);
        drop(older);
        assert!(lines.is_held("a"));
        lines.ring("a");
        assert_eq!(newer.rang().await, Rang::News);
    }

    #[test]
    fn a_line_goes_with_its_last_poll() {
        let lines = Lines::default();
        drop(lines.hold("a"));
        assert_eq!(lines.held(), 0);
    }
}
