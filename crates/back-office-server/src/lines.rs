//! The held polls of this process: who waits, and how news reaches them.
//!
//! A line carries no content. It says "look again", and the poll reads the database: what was
//! written before the look is seen, what is written after it rings again, so nothing is missed.
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// What changed on a line. (A `watch` channel says the same with eight times the memory.)
#[derive(Debug, Default)]
struct Signal {
    /// Number of the newest poll; an older one must end.
    poll: AtomicU64,
    /// Counts the news.
    news: AtomicU64,
    changed: Notify,
}

impl Signal {
    /// Counts one up and wakes who waits; says the new number.
    fn raise(&self, counter: &AtomicU64) -> u64 {
        let number = counter.fetch_add(1, Ordering::SeqCst) + 1;
        self.changed.notify_waiters();
        number
    }
}

/// A line with at least one poll on it.
#[derive(Debug, Default)]
struct Line {
    signal: Arc<Signal>,
    polls: usize,
}

/// All lines of this process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines(Arc<Table>);

#[derive(Debug, Default)]
struct Table {
    open: Mutex<HashMap<Arc<str>, Line>>,
    closed: AtomicBool,
}

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rang {
    /// There may be news.
    News,
    /// A newer poll of the same installation took over.
    Replaced,
    /// The back office stops.
    Closed,
}

impl Lines {
    /// Takes the line of `installation`; an older poll on it ends with [`Rang::Replaced`].
    pub(crate) fn hold(&self, installation: &str) -> Held {
        let installation: Arc<str> = installation.into();
        let mut open = self.lock();
        let line = open.entry(installation.clone()).or_default();
        line.polls += 1;
        let signal = line.signal.clone();
        let number = signal.raise(&signal.poll);
        let heard = signal.news.load(Ordering::SeqCst);
        drop(open);
        Held { lines: self.clone(), installation, signal, number, heard }
    }

    /// Tells `installation`, when it waits here, to look again.
    pub(crate) fn ring(&self, installation: &str) {
        if let Some(line) = self.lock().get(installation) {
            line.signal.raise(&line.signal.news);
        }
    }

    /// Ends all waits, those to come as well.
    pub(crate) fn close(&self) {
        self.0.closed.store(true, Ordering::SeqCst);
        self.lock().values().for_each(|line| line.signal.changed.notify_waiters());
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
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One held poll; dropping it frees the line.
#[derive(Debug)]
pub(crate) struct Held {
    lines: Lines,
    installation: Arc<str>,
    signal: Arc<Signal>,
    number: u64,
    /// The news that were rung for before the last look.
    heard: u64,
}

impl Held {
    /// Whose poll it is.
    pub(crate) fn installation(&self) -> &str {
        &self.installation
    }

    /// Waits until the line rings. Rings since [`Lines::hold`] or the last call count.
    pub(crate) async fn rang(&mut self) -> Rang {
        loop {
            // Made before the look at the counters: it is woken by whatever is rung after this.
            let changed = self.signal.changed.notified();
            if self.lines.0.closed.load(Ordering::SeqCst) {
                return Rang::Closed;
            }
            if self.signal.poll.load(Ordering::SeqCst) != self.number {
                return Rang::Replaced;
            }
            let news = self.signal.news.load(Ordering::SeqCst);
            if news != self.heard {
                self.heard = news;
                return Rang::News;
            }
            changed.await;
        }
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
        assert_eq!(held.signal.news.load(Ordering::SeqCst), held.heard);
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

    #[tokio::test]
    async fn a_close_ends_waits_under_way_and_to_come() {
        let lines = Lines::default();
        let mut held = lines.hold("a");
        let waiting = tokio::spawn(async move { held.rang().await });
        tokio::task::yield_now().await; // it waits now
        lines.close();
        assert_eq!(waiting.await.unwrap(), Rang::Closed);
        assert_eq!(lines.hold("b").rang().await, Rang::Closed);
    }

    #[test]
    fn a_line_goes_with_its_last_poll() {
        let lines = Lines::default();
        drop(lines.hold("a"));
        assert_eq!(lines.held(), 0);
    }
}
