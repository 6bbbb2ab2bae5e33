use std::io;
use std::path::Path;
use std::process::Stdio;

use process_wrap::std::{ChildWrapper, CommandWrap, JobObject, KillOnDrop};

use super::{MARK, Traces};
use crate::{ClientProcess, Error};

/// The processes of one session, in a job object that the system closes with the service: nothing of it outlives us.
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
        let job = command.wrap(KillOnDrop).wrap(JobObject).spawn()?;
        let process = ClientProcess { pid: job.id(), started: 0 };
        self.job = Some(job);
        Ok(process)
    }

    pub(in crate::teamviewer) fn stop(&mut self, _: &Traces) -> Result<(), Error> {
        let Some(mut job) = self.job.take() else { return Ok(()) };
        job.kill().map_err(|_| Error::StillRunning { left: 1 })
    }

    pub(in crate::teamviewer) fn is_running(&mut self, _: &Traces) -> bool {
        self.job.as_mut().is_some_and(|job| !matches!(job.try_wait(), Ok(Some(_))))
    }
}
