//! The log of a run: what was done, and when.
use std::time::Instant;

use browser::Browser;

/// Prints each step with the time since the start, and takes its picture.
pub(crate) struct Steps {
    started: Instant,
    number: u32,
}

impl Steps {
    pub(crate) fn start() -> Self {
        Self { started: Instant::now(), number: 0 }
    }

    /// A step is done: says so, and shows what `browser` shows.
    pub(crate) async fn done(&mut self, browser: &Browser, what: &str) {
        self.number += 1;
        let name: String =
            what.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        browser.shot(&format!("console-{:02}-{name}", self.number)).await;
        eprintln!("{:>7.2} s  {:>2}  {what}", self.started.elapsed().as_secs_f64(), self.number);
    }

    /// How long `work` took.
    pub(crate) async fn timed<T>(&self, what: &str, work: impl Future<Output = T>) -> T {
        let begun = Instant::now();
        let done = work.await;
        eprintln!("{:>7.2} s      {what}: {:.0?}", self.started.elapsed().as_secs_f64(), begun.elapsed());
        done
    }
}
