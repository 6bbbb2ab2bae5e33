mod look;

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use self::look::{Look, Stat, look};
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
        std::fs::write(&script, text).unwrap();
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
