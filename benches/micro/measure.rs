//! Ratios of two pieces of work that take turns, so that whatever else the machine does hits both.
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// How long to measure.
pub struct Effort {
    rounds: usize,
    /// The least time of one batch of calls.
    batch: Duration,
}

impl Effort {
    /// Enough for two digits.
    pub fn full() -> Self {
        Self { rounds: 41, batch: Duration::from_millis(5) }
    }

    /// Enough to see that the work runs.
    pub fn smoke() -> Self {
        Self { rounds: 1, batch: Duration::ZERO }
    }

    /// Whether this is the smoke run.
    pub fn is_smoke(&self) -> bool {
        self.batch.is_zero()
    }

    /// The median of the rounds' ratios, and the median time of each in nanoseconds.
    pub fn ratio<T, U>(&self, mut ours: impl FnMut() -> T, mut peer: impl FnMut() -> U) -> Ratio {
        let (our_calls, peer_calls) = (self.calls(&mut ours), self.calls(&mut peer));
        let rounds: Vec<(f64, f64)> =
            (0..self.rounds).map(|_| (batch(&mut ours, our_calls), batch(&mut peer, peer_calls))).collect();
        Ratio {
            ratio: median(rounds.iter().map(|(ours, peer)| ours / peer).collect()),
            ours: median(rounds.iter().map(|(ours, _)| *ours).collect()),
            peer: median(rounds.iter().map(|(_, peer)| *peer).collect()),
        }
    }

    /// How many calls fill a batch.
    fn calls<T>(&self, work: &mut impl FnMut() -> T) -> usize {
        let mut calls = 1;
        while self.batch > Duration::ZERO
            && batch(work, calls) * (calls as f64) < self.batch.as_nanos() as f64
        {
            calls *= 2;
        }
        calls
    }
}

/// What [`Effort::ratio`] found.
pub struct Ratio {
    pub ratio: f64,
    pub ours: f64,
    pub peer: f64,
}

fn batch<T>(work: &mut impl FnMut() -> T, calls: usize) -> f64 {
    let started = Instant::now();
    for _ in 0..calls {
        black_box(work());
    }
    started.elapsed().as_nanos() as f64 / calls as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A line of the table.
pub struct Row {
    what: String,
    found: f64,
    unit: &'static str,
    most: Option<f64>,
    how: String,
}

impl Row {
    /// A figure, its bound if it has one, and where it comes from.
    pub fn new(what: &str, found: f64, unit: &'static str, most: Option<f64>, how: String) -> Self {
        Self { what: what.into(), found, unit, most, how }
    }

    pub fn kept(&self) -> bool {
        self.most.is_none_or(|most| self.found <= most)
    }
}

/// Prints the table.
pub fn print(rows: &[Row]) {
    println!("| what | measured | at most | kept | how |\n| --- | ---: | ---: | --- | --- |");
    for row in rows {
        let most = row.most.map_or("–".to_owned(), |most| format!("{most}{}", row.unit));
        let kept = if row.kept() { "yes" } else { "NO" };
        println!("| {} | {:.2}{} | {most} | {kept} | {} |", row.what, row.found, row.unit, row.how);
    }
}
