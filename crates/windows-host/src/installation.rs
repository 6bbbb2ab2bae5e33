use std::ffi::OsString;
use std::path::PathBuf;

use remote_service::{Report, Running};
use secrecy::{ExposeSecret, SecretString};
use windows_service::service::{
    ServiceAccess, ServiceErrorControl, ServiceInfo, ServiceStartType, ServiceType,
};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};

use crate::{Error, Service, event_log};

/// What the service manager is to know of a service.
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

    /// The manual's [Change]: tries the account on `share`, as [`Running::change_credentials`] does, and when that works
    /// has the service log on as it from its next start on. The rest is written again as it stands here.
    ///
    /// # Errors
    /// [`Error::Credentials`] when they cannot be tried or kept, else as [`install`](Self::install); the service then logs on as
    /// before.
    pub async fn log_on_as(
        &self,
        account: &Account,
        share: Option<String>,
        running: &Running,
    ) -> Result<Report, Error> {
        let (domain, user) = (Some(account.domain.clone()), Some(account.user.clone()));
        let changed = running.change_credentials(domain, user, account.password.clone(), share).await;
        let report = changed.map_err(|error| Error::Credentials { source: error.into() })?;
        if report.ok {
            self.set_account(account)?;
        }
        Ok(report)
    }

    fn set_account(&self, account: &Account) -> Result<(), Error> {
        let service = Service::named(&self.name).open(ServiceAccess::CHANGE_CONFIG)?;
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
        assert!(!format!("{account:?}").contains("Rw-Secret"));
    }
}
