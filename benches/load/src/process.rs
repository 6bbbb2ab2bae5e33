//! What the system says of a process, and how many files it may open.
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Resident memory in bytes.
pub(crate) fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("a running process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line VmRSS");
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kib * 1024
}

/// Processor time used so far.
fn used(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("a running process");
    // The name in parentheses may hold blanks; user and system time are the 14th and 15th field.
    let (_, rest) = stat.rsplit_once(')').expect("a name");
    let ticks: u64 =
        rest.split_whitespace().skip(11).take(2).map(|field| field.parse::<u64>().expect("a number")).sum();
    Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// Watches how much of one core a process uses.
pub(crate) struct Watch {
    pid: u32,
    used: Duration,
    since: Instant,
}

impl Watch {
    pub(crate) fn start(pid: u32) -> Self {
        Self { pid, used: used(pid), since: Instant::now() }
    }

    /// Percent of one core since the start.
    pub(crate) fn percent(&self) -> f64 {
        (used(self.pid) - self.used).as_secs_f64() / self.since.elapsed().as_secs_f64() * 100.0
    }
}

/// Allows this process, and those it starts, to hold `connections`.
///
/// # Panics
/// When the system's hard limit is lower; the message says how to raise it.
pub(crate) fn allow(connections: usize) {
    let needed = connections as u64 + 1_000;
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < needed) {
        let raised = Rlimit { current: limit.maximum.or(Some(needed)), maximum: limit.maximum };
        let is_enough = limit.maximum.is_none_or(|maximum| maximum >= needed);
        assert!(
            is_enough && setrlimit(Resource::Nofile, raised).is_ok(),
            "{needed} open files are needed; the hard limit is {:?}. Raise it as root, `ulimit -Hn {needed}`, or in \
             /etc/security/limits.conf, or ask for fewer --installations",
            limit.maximum
        );
    }
}
