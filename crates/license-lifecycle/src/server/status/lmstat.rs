use std::{
    io::{self, Read},
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use super::{DeliveredLicense, InUse, ServerStatus, StatusError};
use crate::lmstat::{self, Status};

mod agreement;

/// What `lmutil` may print; the rest is not read.
const LIMIT: u64 = 8 * 1024 * 1024;

/// `lmutil` itself gives up on a server after about 10 s.
const PATIENCE: Duration = Duration::from_secs(20);

/// Asks a FlexNet license server through `lmutil lmstat -a -c PORT@HOST`.
///
/// A license is in use when the issued count of each of its features, and the version and expiry where `lmstat` prints
/// them, are the license's. Where that was so before the delivery, it proves nothing: then the emptied inbox decides
/// whether it was picked up.
pub struct Lmstat {
    server: String,
    program: PathBuf,
    patience: Duration,
    inbox: Option<Box<dyn ServerStatus>>,
}

impl Lmstat {
    /// Asks the license manager at `port_at_host`, such as `27000@fls`.
    pub fn new(port_at_host: impl Into<String>) -> Self {
        Self { server: port_at_host.into(), program: "lmutil".into(), patience: PATIENCE, inbox: None }
    }

    /// Where FlexNet's `lmutil` is. Default: `lmutil`, searched on the path.
    #[must_use]
    pub fn program(self, lmutil: impl Into<PathBuf>) -> Self {
        Self { program: lmutil.into(), ..self }
    }

    /// How long `lmutil` may run before it is ended. Default: 20 s.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The inbox to look into when the old and the new license look the same to `lmstat`: an
    /// [`EmptiedInbox`](super::EmptiedInbox), or a share. Default: none.
    #[must_use]
    pub fn inbox(self, inbox: Box<dyn ServerStatus>) -> Self {
        Self { inbox: Some(inbox), ..self }
    }

    /// The server's whole status.
    ///
    /// # Errors
    /// When `lmutil` cannot be run or does not end in time. What it prints is a status, whatever it is.
    pub fn status(&self) -> Result<Status, StatusError> {
        let printed = self.run().map_err(StatusError::new)?;
        Ok(lmstat::read(&String::from_utf8_lossy(&printed)))
    }

    /// What `lmutil` prints until it closes its output; how it exits says nothing that the text does not.
    fn run(&self) -> io::Result<Vec<u8>> {
        let mut lmutil = Command::new(&self.program)
            .args(["lmstat", "-a", "-c", &self.server])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (sender, printed) = mpsc::channel();
        if let Some(output) = lmutil.stdout.take() {
            thread::spawn(move || {
                let mut bytes = Vec::new();
                sender.send(output.take(LIMIT).read_to_end(&mut bytes).map(|_| bytes))
            });
        }
        let printed = printed.recv_timeout(self.patience);
        lmutil.kill()?;
        lmutil.wait()?;
        printed.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }
}

impl ServerStatus for Lmstat {
    fn in_use(&mut self, license: &DeliveredLicense) -> Result<InUse, StatusError> {
        let status = self.status()?;
        let day = license.since.date_naive();
        let shows = |license| agreement::shows(&status, license, day);
        let showed_it_before = license.previous.as_ref().is_some_and(shows);
        match (shows(&license.license), showed_it_before || license.license.features.is_empty()) {
            (false, _) => Ok(InUse::NotYet),
            (true, false) => Ok(InUse::Confirmed),
            (true, true) => self.inbox.as_mut().map_or(Ok(InUse::NotYet), |inbox| inbox.in_use(license)),
        }
    }
}

#[cfg(test)]
#[cfg(unix)] // a shell script stands in for lmutil
mod tests;
