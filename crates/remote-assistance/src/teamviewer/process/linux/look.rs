//! Which processes there are, and which of them belong to a session.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::super::{MARK, Traces};
use crate::ClientProcess;

/// The parent of all threads of the kernel, which shows itself as a process.
const KERNEL_THREADS: u32 = 2;
/// The most that is read of a process's environment.
const MAX_ENVIRONMENT: u64 = 4 * 1024 * 1024;

/// What one look at all processes found.
pub(super) struct Look {
    /// Those of the session that have not ended.
    pub(super) living: Vec<Stat>,
    /// There is one whose program is being loaded: it may turn out to be of the session.
    pub(super) unsure: bool,
}

pub(super) fn look(traces: &Traces) -> Look {
    let ours = std::process::id();
    let all: BTreeMap<u32, Stat> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|&pid| pid > 1 && pid != ours)
        .filter_map(|pid| Some((pid, Stat::of(pid)?)))
        .collect();
    let origins: Vec<(&Stat, Origin)> = all.values().map(|stat| (stat, stat.origin(traces))).collect();
    let of = |origin: Origin| origins.iter().filter(move |(_, its)| *its == origin).map(|(stat, _)| **stat);
    let mut found: BTreeMap<u32, Stat> = of(Origin::Session).map(|stat| (stat.pid, stat)).collect();
    loop {
        let of_found = |stat: &Stat| found.contains_key(&stat.parent) || found.contains_key(&stat.group);
        let more: Vec<Stat> =
            all.values().filter(|stat| !found.contains_key(&stat.pid) && of_found(stat)).copied().collect();
        if more.is_empty() {
            let unsure = of(Origin::NotYetKnown).any(|stat| !found.contains_key(&stat.pid));
            return Look { living: found.into_values().filter(|stat| !stat.zombie).collect(), unsure };
        }
        found.extend(more.into_iter().map(|stat| (stat.pid, stat)));
    }
}

/// What `/proc/PID/stat` says about a process (proc(5)).
#[derive(Copy, Clone)]
pub(super) struct Stat {
    pid: u32,
    /// It has ended, but its parent has not yet asked how.
    zombie: bool,
    parent: u32,
    group: u32,
    /// In clock ticks since the computer started.
    pub(super) started: u64,
}

impl Stat {
    pub(super) fn of(pid: u32) -> Option<Self> {
        let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
        let stat = String::from_utf8_lossy(&stat);
        // the second field is the program's name in brackets, which may contain anything
        let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
        let state = fields.next()?;
        let [parent, group] = [fields.next()?, fields.next()?];
        Some(Self {
            pid,
            zombie: matches!(state, "Z" | "X"),
            parent: parent.parse().ok()?,
            group: group.parse().ok()?,
            started: fields.nth(16)?.parse().ok()?,
        })
    }

    /// Sends a signal to this very process: not to a later one that was given the same number.
    pub(super) fn send(&self, signal: Signal) {
        let process = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        let Some(Ok(process)) = process.map(|pid| pidfd_open(pid, PidfdFlags::empty())) else { return };
        if Self::of(self.pid).is_some_and(|now| now.started == self.started) {
            // an error here means that it has ended, or is not ours: the next look tells
            let _ = pidfd_send_signal(process, signal);
        }
    }

    /// Reads each trace once: a program that has been loaded since must not look like one without any.
    fn origin(&self, traces: &Traces) -> Origin {
        if traces.process == Some(ClientProcess { pid: self.pid, started: self.started }) {
            return Origin::Session;
        }
        let mut environment = self.read("environ");
        let line = self.read("cmdline");
        if environment.is_empty() {
            // The kernel's own threads look like that for ever.
            let kernels = self.pid == KERNEL_THREADS || self.parent == KERNEL_THREADS;
            if line.is_empty() && !self.zombie && !kernels {
                return Origin::NotYetKnown;
            }
            environment = self.read("environ"); // it was loaded between the two, or has none
        }
        let mark = format!("{MARK}={}", traces.mark);
        let marked = environment.split(|&byte| byte == 0).any(|entry| entry == mark.as_bytes());
        if marked || is_named(&line, traces.name_end.as_deref()) {
            Origin::Session
        } else {
            Origin::Elsewhere
        }
    }

    /// Nothing for a process of somebody else.
    fn read(&self, what: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let read = fs::File::open(format!("/proc/{}/{what}", self.pid))
            .and_then(|file| file.take(MAX_ENVIRONMENT).read_to_end(&mut bytes));
        if read.is_ok() { bytes } else { Vec::new() }
    }
}

/// Whose a process is, by what itself carries.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Origin {
    Session,
    Elsewhere,
    /// Its program is being loaded at this moment: until that is done, neither its environment nor its command line can be
    /// read, and nobody can say.
    NotYetKnown,
}

/// Whether the program's file in the command line carries the code of the session in its name.
fn is_named(line: &[u8], end: Option<&str>) -> bool {
    let program = line.split(|&byte| byte == 0).next().unwrap_or_default();
    let stem = Path::new(std::ffi::OsStr::from_bytes(program)).file_stem().and_then(|stem| stem.to_str());
    stem.zip(end).is_some_and(|(stem, end)| stem.ends_with(end))
}
