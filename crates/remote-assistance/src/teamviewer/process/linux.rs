use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::{MARK, Traces};
use crate::{ClientProcess, Error};

/// From util-linux, in every Debian: makes the kernel end a program when the thread that started it ends.
const SETPRIV: &str = "/usr/bin/setpriv";
/// How long a program may take to end by itself after being asked.
const POLITE: Duration = Duration::from_millis(250);
/// How long all of it may take.
const LONGEST: Duration = Duration::from_millis(900);
/// How often it is looked what is left.
const LOOK: Duration = Duration::from_millis(10);
/// How many looks in a row that cannot tell whose a program is make it none of ours.
const LOOKS: u32 = 10;
/// The parent of all threads of the kernel, which shows itself as a process.
const KERNEL_THREADS: u32 = 2;
/// The most that is read of a process's environment.
const MAX_ENVIRONMENT: u64 = 4 * 1024 * 1024;

/// The processes of one session. They are found by their mark, which is inherited, and from there by parent and group:
/// so also those that another process of the service has started.
#[derive(Debug, Default)]
pub(in crate::teamviewer) struct Processes {
    child: Option<Child>,
}

impl Processes {
    pub(in crate::teamviewer) fn start(
        &mut self,
        program: &Path,
        traces: &Traces,
    ) -> io::Result<ClientProcess> {
        let mut command = match Path::new(SETPRIV).exists() {
            true => {
                let mut command = Command::new(SETPRIV);
                command.args(["--pdeathsig", "KILL", "--"]).arg(program);
                command
            }
            false => Command::new(program),
        };
        command.env(MARK, &traces.mark).process_group(0);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let pid = child.id();
        self.child = Some(child);
        let started = Stat::of(pid).ok_or(io::ErrorKind::NotFound)?.started;
        Ok(ClientProcess { pid, started })
    }

    /// Asks politely once, then ends whatever is left, until two looks in a row find nothing.
    ///
    /// One look is not enough: a program may fork and end while the list of processes is read.
    pub(in crate::teamviewer) fn stop(&mut self, traces: &Traces) -> Result<(), Error> {
        let asked = Instant::now();
        let mut signal = Signal::TERM;
        let mut was_quiet = false;
        loop {
            let Look { living: left, unsure } = look(traces);
            let in_time = asked.elapsed() < LONGEST;
            let quiet = left.is_empty() && !(unsure && in_time);
            if quiet && (was_quiet || !in_time) {
                self.reap();
                return Ok(());
            }
            if !in_time {
                return Err(Error::StillRunning { left: left.len() });
            }
            was_quiet = quiet;
            if !left.is_empty() && (signal == Signal::TERM || asked.elapsed() >= POLITE) {
                left.iter().for_each(|process| process.send(signal));
                signal = Signal::KILL;
            }
            thread::sleep(LOOK);
        }
    }

    /// As with [`stop`](Self::stop), it takes two looks in a row that find nothing.
    pub(in crate::teamviewer) fn is_running(&mut self, traces: &Traces) -> bool {
        let mut was_quiet = false;
        for _ in 0..LOOKS {
            let Look { living, unsure } = look(traces);
            let quiet = living.is_empty() && !unsure;
            if !living.is_empty() || (quiet && was_quiet) {
                return !living.is_empty();
            }
            was_quiet = quiet;
            thread::sleep(LOOK);
        }
        false
    }

    /// Lets the system forget a child that has ended.
    fn reap(&mut self) {
        if let Some(child) = &mut self.child
            && matches!(child.try_wait(), Ok(Some(_)))
        {
            self.child = None;
        }
    }
}

/// What `/proc/PID/stat` says about a process (proc(5)).
#[derive(Copy, Clone)]
struct Stat {
    pid: u32,
    /// It has ended, but its parent has not yet asked how.
    zombie: bool,
    parent: u32,
    group: u32,
    /// In clock ticks since the computer started.
    started: u64,
}

impl Stat {
    fn of(pid: u32) -> Option<Self> {
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
    fn send(&self, signal: Signal) {
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

/// What one look at all processes found.
struct Look {
    /// Those of the session that have not ended.
    living: Vec<Stat>,
    /// There is one whose program is being loaded: it may turn out to be of the session.
    unsure: bool,
}

fn look(traces: &Traces) -> Look {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_stopped_however_soon_after_its_start() {
        let mut missed = 0;
        for number in 0..100 {
            let traces = Traces {
                mark: format!("soon-{}-{number}", std::process::id()),
                process: None,
                name_end: None,
            };
            let mut program = Command::new("/bin/sleep").arg("20").env(MARK, &traces.mark).spawn().unwrap();
            Processes::default().stop(&traces).unwrap();
            missed += usize::from(program.try_wait().unwrap().is_none() && !look(&traces).living.is_empty());
            program.kill().unwrap();
            program.wait().unwrap();
        }
        assert_eq!(missed, 0, "of 100 were told to be gone and ran");
    }

    #[test]
    fn a_program_that_is_being_loaded_is_not_taken_for_gone() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("again");
        let text = "i=0; while [ $i -lt 2000 ]; do i=$((i + 1)); done; exec /bin/sh \"$0\"";
        fs::write(&script, text).unwrap();
        let traces = Traces { mark: format!("again-{}", std::process::id()), process: None, name_end: None };
        let mut program = Command::new("/bin/sh").arg(&script).env(MARK, &traces.mark).spawn().unwrap();
        let mut processes = Processes::default();
        let taken_for_gone = (0..100).filter(|_| !processes.is_running(&traces)).count();
        program.kill().unwrap();
        program.wait().unwrap();
        assert_eq!(taken_for_gone, 0, "of 100 looks");
        assert!(!processes.is_running(&traces));
    }
}
