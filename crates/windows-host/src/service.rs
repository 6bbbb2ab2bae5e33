use std::ffi::OsStr;
use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

use windows_service::service::{Service as Handle, ServiceAccess, ServiceState};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};

use crate::{Error, event_log};

/// How often the service manager is asked how far it is.
const LOOK: Duration = Duration::from_millis(50);

/// A service that is installed, by its name.
#[derive(Clone, Debug)]
pub struct Service {
    name: String,
}

/// Where a service stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It does not run.
    Stopped,
    /// It was started and has not said yet that it runs.
    Starting,
    /// It runs.
    Running,
    /// It was asked to stop and has not ended yet.
    Stopping,
    /// It was put to sleep; this service cannot be.
    Paused,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stopped => "stopped",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Paused => "paused",
        })
    }
}

impl Service {
    /// The service of this name, whether there is one or not.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }

    /// Starts the service and waits up to `within` until it runs. One that runs is started already.
    ///
    /// # Errors
    /// [`Error::NotInstalled`], [`Error::NotAdministrator`], [`Error::LogOn`], [`Error::Ended`], [`Error::TooSlow`].
    pub fn start(&self, within: Duration) -> Result<(), Error> {
        let service = self.open(ServiceAccess::START | ServiceAccess::QUERY_STATUS)?;
        if self.look(&service)? == State::Running {
            return Ok(());
        }
        service.start::<&OsStr>(&[]).map_err(|error| self.error(error, "start the service"))?;
        match self.wait(&service, State::Running, within)? {
            State::Running => Ok(()),
            _ => Err(Error::Ended { name: self.name.clone() }),
        }
    }

    /// Stops the service and waits up to `within` until it has ended. One that does not run is stopped already.
    ///
    /// # Errors
    /// [`Error::NotInstalled`], [`Error::NotAdministrator`], [`Error::TooSlow`].
    pub fn stop(&self, within: Duration) -> Result<(), Error> {
        let service = self.open(ServiceAccess::STOP | ServiceAccess::QUERY_STATUS)?;
        if self.look(&service)? == State::Stopped {
            return Ok(());
        }
        service.stop().map_err(|error| self.error(error, "stop the service"))?;
        self.wait(&service, State::Stopped, within).map(drop)
    }

    /// Removes the service; a running one when it has ended. What it wrote stays.
    ///
    /// # Errors
    /// [`Error::NotInstalled`], [`Error::NotAdministrator`].
    pub fn uninstall(&self) -> Result<(), Error> {
        let service = self.open(ServiceAccess::DELETE)?;
        service.delete().map_err(|error| self.error(error, "remove the service"))?;
        event_log::unregister(&self.name);
        Ok(())
    }

    /// Where the service stands.
    ///
    /// # Errors
    /// [`Error::NotInstalled`].
    pub fn state(&self) -> Result<State, Error> {
        self.look(&self.open(ServiceAccess::QUERY_STATUS)?)
    }

    pub(crate) fn open(&self, access: ServiceAccess) -> Result<Handle, Error> {
        ServiceManager::local_computer(None::<&str>, ServiceManagerAccess::CONNECT)
            .and_then(|manager| manager.open_service(&self.name, access))
            .map_err(|error| self.error(error, "find the service"))
    }

    /// Waits until the service is in `state`, or has stopped.
    fn wait(&self, service: &Handle, state: State, within: Duration) -> Result<State, Error> {
        let asked = Instant::now();
        loop {
            let now = self.look(service)?;
            if now == state || now == State::Stopped {
                return Ok(now);
            }
            if asked.elapsed() >= within {
                let (name, seconds) = (self.name.clone(), within.as_secs());
                return Err(Error::TooSlow { name, state: now, seconds });
            }
            thread::sleep(LOOK);
        }
    }

    fn look(&self, service: &Handle) -> Result<State, Error> {
        let status = service.query_status().map_err(|error| self.error(error, "ask for its state"))?;
        Ok(match status.current_state {
            ServiceState::Stopped => State::Stopped,
            ServiceState::StartPending => State::Starting,
            ServiceState::Running => State::Running,
            ServiceState::StopPending => State::Stopping,
            ServiceState::ContinuePending | ServiceState::PausePending | ServiceState::Paused => {
                State::Paused
            }
        })
    }

    fn error(&self, error: windows_service::Error, doing: &'static str) -> Error {
        Error::of(error, doing, &self.name, None)
    }
}
