//! What runs on this computer, seen from outside.
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use remote_assistance::RequestId;

/// The program that stands in for TeamViewer's.
pub(crate) const STAND_IN: &str = env!("CARGO_BIN_EXE_assistance-stand-in");

/// The name of a request that no other test on this computer uses.
pub(crate) fn unused_id() -> RequestId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    RequestId::from_bytes(((u128::from(std::process::id()) << 64) | u128::from(number)).to_be_bytes())
}

/// The processes that carry the request's mark and have not ended.
#[cfg(unix)]
pub(crate) fn living(request: RequestId) -> Vec<u32> {
    let mark = format!("REMOTE_SERVICE_SESSION={request}");
    let marked = |pid: &u32| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|&byte| byte == 0).any(|entry| entry == mark.as_bytes())
    };
    let processes = std::fs::read_dir("/proc").unwrap();
    processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).filter(marked).collect()
}

/// The processes that carry the request's mark and have not ended.
#[cfg(windows)]
pub(crate) fn living(request: RequestId) -> Vec<u32> {
    use sysinfo::{ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind};
    let mark = format!("REMOTE_SERVICE_SESSION={request}");
    let mut system = System::new();
    let wanted = ProcessRefreshKind::nothing().with_environ(UpdateKind::Always);
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, wanted);
    let marked = system.processes().values().filter(|process| process.environ().iter().any(|e| *e == *mark));
    marked.map(|process| process.pid().as_u32()).collect()
}

/// Ends a process the hard way.
pub(crate) fn kill(process: u32) {
    let process = process.to_string();
    let mut command = Command::new(if cfg!(windows) { "taskkill" } else { "kill" });
    command.args(if cfg!(windows) { ["/F", "/PID"] } else { ["-KILL", "--"] }).arg(process);
    command.stdout(Stdio::null()).status().unwrap();
}

/// Waits for something that has to happen soon.
pub(crate) fn eventually(what: &str, mut happened: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !happened() {
        assert!(Instant::now() < deadline, "in vain: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// How long something took, most of the time and at worst.
pub(crate) struct Percentiles(Duration, Duration, Duration);

impl Percentiles {
    /// Sorts what was measured.
    pub(crate) fn of(measured: &mut [Duration]) -> Self {
        measured.sort_unstable();
        let at = |percent: usize| measured[(measured.len() - 1) * percent / 100];
        Self(at(50), at(99), at(100))
    }
}

impl std::fmt::Display for Percentiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "p50 {:.1?}, p99 {:.1?}, longest {:.1?}", self.0, self.1, self.2)
    }
}
