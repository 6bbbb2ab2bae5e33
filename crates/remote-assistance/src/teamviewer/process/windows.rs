use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use process_wrap::tokio::{ChildWrapper, CommandWrap, JobObject, KillOnDrop};
use sysinfo::{Pid, Process, ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind};

use super::{MARK, Traces};
use crate::{ClientProcess, Error};

/// How long all of it may take.
const LONGEST: Duration = Duration::from_millis(900);
/// How often it is looked what is left.
const LOOK: Duration = Duration::from_millis(10);

/// The processes of one session. What is started here runs in a job object, which the system closes, and ends all in it, when
/// the service ends in whatever way. What was started elsewhere is found by its mark, its name and its parent.
///
/// The job is that of process-wrap's tokio half, as only that one ends with its handle; none of its futures is used, so no
/// runtime is needed.
#[derive(Debug, Default)]
pub(in crate::teamviewer) struct Processes {
    job: Option<Box<dyn ChildWrapper>>,
}

impl Processes {
    pub(in crate::teamviewer) fn start(
        &mut self,
        program: &Path,
        traces: &Traces,
    ) -> io::Result<ClientProcess> {
        let mut command = CommandWrap::with_new(program, |command| {
            command.env(MARK, &traces.mark).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        });
        let job = self.job.insert(command.wrap(KillOnDrop).wrap(JobObject).spawn()?);
        let pid = job.id().ok_or(io::ErrorKind::NotFound)?;
        let system = all_processes();
        let started = system.process(Pid::from_u32(pid)).ok_or(io::ErrorKind::NotFound)?.start_time();
        Ok(ClientProcess { pid, started })
    }

    /// Ends the job and whatever else is found, until a look finds nothing. A list of processes is of one moment, and
    /// whatever is in the job ends in one: one look is enough.
    pub(in crate::teamviewer) fn stop(&mut self, traces: &Traces) -> Result<(), Error> {
        let asked = Instant::now();
        loop {
            if let Some(job) = &mut self.job {
                // an error here means that it has ended: the look tells
                let _ = job.start_kill();
            }
            let system = all_processes();
            let left = of_session(&system, traces);
            if left.is_empty() {
                self.job = None;
                return Ok(());
            }
            if asked.elapsed() >= LONGEST {
                return Err(Error::StillRunning { left: left.len() });
            }
            for process in left.values() {
                process.kill();
            }
            thread::sleep(LOOK);
        }
    }

    pub(in crate::teamviewer) fn is_running(&mut self, traces: &Traces) -> bool {
        !of_session(&all_processes(), traces).is_empty()
    }
}

fn all_processes() -> System {
    let mut system = System::new();
    let wanted = ProcessRefreshKind::nothing().with_environ(UpdateKind::Always);
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, wanted);
    system
}

fn of_session<'a>(system: &'a System, traces: &Traces) -> BTreeMap<Pid, &'a Process> {
    let ours = Pid::from_u32(std::process::id());
    let all = || system.processes().values().filter(|process| process.pid() != ours);
    let mut found: BTreeMap<Pid, &Process> =
        all().filter(|process| is_traced(process, traces)).map(|process| (process.pid(), process)).collect();
    loop {
        let more: Vec<&Process> = all()
            .filter(|process| !found.contains_key(&process.pid()))
            .filter(|process| {
                let parent = process.parent().and_then(|parent| found.get(&parent));
                // a number that was given anew belongs to a process that is younger than its child
                parent.is_some_and(|parent| parent.start_time() <= process.start_time())
            })
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more.into_iter().map(|process| (process.pid(), process)));
    }
}

fn is_traced(process: &Process, traces: &Traces) -> bool {
    let recorded = ClientProcess { pid: process.pid().as_u32(), started: process.start_time() };
    let mark = format!("{MARK}={}", traces.mark);
    let stem = Path::new(process.name()).file_stem().and_then(OsStr::to_str);
    traces.process == Some(recorded)
        || process.environ().iter().any(|entry| *entry == *mark)
        || stem.zip(traces.name_end.as_deref()).is_some_and(|(stem, end)| stem.ends_with(end))
}
