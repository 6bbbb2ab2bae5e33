use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use remote_service::{Report, Running};
use secrecy::{ExposeSecret, SecretString};
use windows_service::service::{
    Service, ServiceAccess, ServiceErrorControl, ServiceInfo, ServiceStartType, ServiceState, ServiceType,
};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};

use crate::{Error, event_log};

/// How often the service manager is asked how far it is.
const LOOK: Duration = Duration::from_millis(50);

/// The service as the service manager knows it.
#[derive(Clone, Debug)]
pub struct Installation {
    /// The short name, also the event log's source.
    pub name: String,
    /// The name in the list of services.
    pub display_name: String,
    /// The program that calls [`run`](crate::run).
    pub program: PathBuf,
    /// What it is started with.
    pub arguments: Vec<OsString>,
}

/// An account that a service logs on as.
#[derive(Clone, Debug)]
pub struct Account {
    /// The domain; empty for an account of this computer.
    pub domain: String,
    /// The user's name.
    pub user: String,
    /// Its password.
    pub password: SecretString,
}

impl Account {
    /// `DOMAIN\user`, or `.\user`.
    #[must_use]
    pub fn name(&self) -> String {
        let domain = if self.domain.is_empty() { "." } else { &self.domain };
        format!(r"{domain}\{}", self.user)
    }
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

impl Installation {
    /// Makes the service, started with the computer; `None` = as LocalSystem.
    ///
    /// # Errors
    /// [`Error::NotAdministrator`], [`Error::Installed`], [`Error::LogOn`] for an account that there is not.
    pub fn install(&self, account: Option<&Account>) -> Result<(), Error> {
        let access = ServiceManagerAccess::CONNECT | ServiceManagerAccess::CREATE_SERVICE;
        let made = ServiceManager::local_computer(None::<&str>, access)
            .and_then(|manager| manager.create_service(&self.info(account), ServiceAccess::QUERY_STATUS));
        made.map_err(|error| self.error(error, "install the service", account))?;
        event_log::register(&self.name)
    }

    /// Starts the service and waits up to `within` until it runs.
    ///
    /// # Errors
    /// [`Error::NotInstalled`], [`Error::NotAdministrator`], [`Error::LogOn`], [`Error::Ended`], [`Error::TooSlow`].
    pub fn start(&self, within: Duration) -> Result<(), Error> {
        let service = self.open(ServiceAccess::START | ServiceAccess::QUERY_STATUS)?;
        let arguments: [&str; 0] = [];
        service.start(&arguments).map_err(|error| self.error(error, "start the service", None))?;
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
        service.stop().map_err(|error| self.error(error, "stop the service", None))?;
        self.wait(&service, State::Stopped, within).map(drop)
    }

    /// Removes the service; a running one when it has ended. What it wrote stays.
    ///
    /// # Errors
    /// [`Error::NotInstalled`], [`Error::NotAdministrator`].
    pub fn uninstall(&self) -> Result<(), Error> {
        let service = self.open(ServiceAccess::DELETE)?;
        service.delete().map_err(|error| self.error(error, "remove the service", None))?;
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

    /// The manual's [Change]: tries the share with the account, as [`Running::change_credentials`] does, and when that works
    /// has the service log on as it from its next start on.
    ///
    /// # Errors
    /// [`Error::Work`] when the credentials cannot be kept, else as [`install`](Self::install); the service then logs on as
    /// before.
    pub async fn log_on_as(&self, account: &Account, running: &Running) -> Result<Report, Error> {
        let domain = Some(account.domain.clone());
        let changed =
            running.change_credentials(domain, Some(account.user.clone()), account.password.clone());
        let report = changed.await.map_err(|error| Error::Work { source: error.into() })?;
        if report.ok {
            self.set_account(account)?;
        }
        Ok(report)
    }

    fn set_account(&self, account: &Account) -> Result<(), Error> {
        let service = self.open(ServiceAccess::CHANGE_CONFIG)?;
        let changed = service.change_config(&self.info(Some(account)));
        changed.map_err(|error| self.error(error, "change the log-on account", Some(account)))
    }

    fn info(&self, account: Option<&Account>) -> ServiceInfo {
        ServiceInfo {
            name: (&self.name).into(),
            display_name: (&self.display_name).into(),
            service_type: ServiceType::OWN_PROCESS,
            start_type: ServiceStartType::AutoStart,
            error_control: ServiceErrorControl::Normal,
            executable_path: self.program.clone(),
            launch_arguments: self.arguments.clone(),
            dependencies: Vec::new(),
            account_name: account.map(|account| account.name().into()),
            account_password: account.map(|account| account.password.expose_secret().into()),
        }
    }

    fn open(&self, access: ServiceAccess) -> Result<Service, Error> {
        ServiceManager::local_computer(None::<&str>, ServiceManagerAccess::CONNECT)
            .and_then(|manager| manager.open_service(&self.name, access))
            .map_err(|error| self.error(error, "find the service", None))
    }

    /// Waits until the service is in `state`, or has stopped.
    fn wait(&self, service: &Service, state: State, within: Duration) -> Result<State, Error> {
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

    fn look(&self, service: &Service) -> Result<State, Error> {
        let status = service.query_status().map_err(|error| self.error(error, "ask for its state", None))?;
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

    fn error(&self, error: windows_service::Error, doing: &'static str, account: Option<&Account>) -> Error {
        Error::of(error, doing, &self.name, account.map(Account::name).as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_of_this_computer_has_a_dot_for_a_domain_and_shows_no_password() {
        let mut account =
            Account { domain: String::new(), user: "flswriter".into(), password: "Rw-Secret-1".into() };
        assert_eq!(account.name(), r".\flswriter");
        account.domain = "PRINTDOM".into();
        assert_eq!(account.name(), r"PRINTDOM\flswriter");
        assert!(!format!("{account:?}").contains("Secret"));
    }
}
