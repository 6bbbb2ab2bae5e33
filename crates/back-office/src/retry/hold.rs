use std::time::Duration;

use super::share;
use crate::{Error, Events};

/// What a poll asks for, in seconds: below the 60 s at which proxies cut, then below stricter ones.
const STEPS: [u64; 3] = [45, 30, 20];
/// So many polls cut in a row, and the hold becomes shorter.
const CUTS: u32 = 3;
/// So many polls that lasted in a row, and a longer hold is tried again: about half an hour.
const LASTED: u32 = 60;
/// A poll that failed sooner was not cut, but never held.
const HELD: Duration = Duration::from_secs(5);
/// What a client waits beyond the hold before it gives the poll up.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// How long polls ask to be held: learns what the proxies on the way let live.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Hold {
    step: usize,
    cuts: u32,
    lasted: u32,
}

impl Hold {
    /// What to ask for now: 45 s (30 s, 20 s) ±10 %. `random` as in [`delay`](super::delay).
    pub fn ask(&self, random: f64) -> Duration {
        let whole = Duration::from_secs(STEPS[self.step.min(STEPS.len() - 1)]);
        whole.mul_f64(0.9) + share(whole.mul_f64(0.2), random)
    }

    /// Learns from a poll that took `elapsed`.
    pub fn learn(&mut self, poll: &Result<Events, Error>, elapsed: Duration) {
        match poll {
            Ok(answer) if answer.events.is_empty() && elapsed >= HELD => self.lasted(),
            Err(Error::Refused { .. }) | Ok(_) => {}
            Err(_) if elapsed >= HELD => self.cut(),
            Err(_) => {}
        }
    }

    fn lasted(&mut self) {
        self.cuts = 0;
        self.lasted += 1;
        if self.lasted >= LASTED {
            *self = Self { step: self.step.saturating_sub(1), ..Self::default() };
        }
    }

    fn cut(&mut self) {
        self.lasted = 0;
        self.cuts += 1;
        if self.cuts >= CUTS {
            *self = Self { step: (self.step + 1).min(STEPS.len() - 1), ..Self::default() };
        }
    }
}
