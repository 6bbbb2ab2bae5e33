//! Names for one evaluation: cached, and within a deadline of their own, as a running script does not stop for them.
use std::collections::HashMap;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// All look-ups of one evaluation together.
const PATIENCE: Duration = Duration::from_millis(900);
/// More names than this are not looked up for one URL.
const MAX_NAMES: usize = 64;

/// Looks names up, or reads them from a table.
#[derive(Debug)]
pub(super) struct Names {
    table: Option<HashMap<String, Vec<IpAddr>>>,
    found: HashMap<String, Vec<IpAddr>>,
    spent: Duration,
}

impl Names {
    pub(super) fn new(table: Option<HashMap<String, Vec<IpAddr>>>) -> Self {
        Self { table, found: HashMap::new(), spent: Duration::ZERO }
    }

    /// Forgets what the evaluation before found.
    pub(super) fn start(&mut self) {
        self.found.clear();
        self.spent = Duration::ZERO;
    }

    /// The addresses of `name`; none when it has none, or when there is no time for it.
    pub(super) fn resolve(&mut self, name: &str) -> Vec<IpAddr> {
        let name = name.trim_end_matches('.').to_lowercase();
        if let Some(table) = &self.table {
            return table.get(&name).cloned().unwrap_or_default();
        }
        if let Some(found) = self.found.get(&name) {
            return found.clone();
        }
        if self.spent >= PATIENCE || self.found.len() >= MAX_NAMES || name.is_empty() || name.len() > 253 {
            return Vec::new();
        }
        let started = Instant::now();
        let (answer, wait) = mpsc::channel();
        let asked = name.clone();
        // The system's resolver cannot be interrupted: a thread that comes too late finds nobody listening. Without a thread
        // nobody answers.
        let _ = std::thread::Builder::new().spawn(move || {
            let found = (asked.as_str(), 0).to_socket_addrs().map(|all| all.map(|one| one.ip()).collect());
            let _ = answer.send(found.unwrap_or_default());
        });
        let found: Vec<IpAddr> = wait.recv_timeout(PATIENCE - self.spent).unwrap_or_default();
        self.spent += started.elapsed();
        self.found.insert(name, found.clone());
        found
    }
}
