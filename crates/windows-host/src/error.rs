use std::error::Error as StdError;

/// Why the service manager did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Only an administrator may do this.
    #[error("the service manager refuses this account: run it as administrator")]
    NotAdministrator,
    /// There is no such service.
    #[error("service {name} is not installed")]
    NotInstalled {
        /// The name that was asked for.
        name: String,
    },
    /// There is one already, or one that is being removed.
    #[error("service {name} is installed already")]
    Installed {
        /// The name that was asked for.
        name: String,
    },
    /// The account or its password is wrong, or it may not log on as a service.
    #[error(
        "account {user} cannot log on as a service: check name, password and the right \"Log on as a service\""
    )]
    LogOn {
        /// The account.
        user: String,
    },
    /// The service did not get where it was asked to within the time.
    #[error("service {name} is still {state} after {seconds} s")]
    TooSlow {
        /// The service.
        name: String,
        /// Where it is.
        state: crate::State,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The service ended instead of running; the event log says why.
    #[error("service {name} ended as soon as it was started: see the event log")]
    Ended {
        /// The service.
        name: String,
    },
    /// [`run`](crate::run) was called by something else than the service manager.
    #[error("only the service manager can start this")]
    NotAService,
    /// The credentials for the share could not be tried or kept.
    #[error("the credentials could not be tried or kept")]
    Credentials {
        /// Why.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The system answered something else.
    #[error("Windows failed to {doing}")]
    System {
        /// What was tried.
        doing: &'static str,
        /// What it said.
        source: Box<dyn StdError + Send + Sync>,
    },
}

/// System error codes of Windows (Microsoft, "System Error Codes").
const ACCESS_DENIED: i32 = 5;
const INVALID_SERVICE_ACCOUNT: i32 = 1057;
const SERVICE_DOES_NOT_EXIST: i32 = 1060;
const FAILED_SERVICE_CONTROLLER_CONNECT: i32 = 1063;
const SERVICE_LOGON_FAILED: i32 = 1069;
const SERVICE_MARKED_FOR_DELETE: i32 = 1072;
const SERVICE_EXISTS: i32 = 1073;
const DUPLICATE_SERVICE_NAME: i32 = 1078; // of the display name

impl Error {
    /// What the service manager said while `doing` something to the service `name`, with the account `user`.
    pub(crate) fn of(
        error: windows_service::Error,
        doing: &'static str,
        name: &str,
        user: Option<&str>,
    ) -> Self {
        let code = match &error {
            windows_service::Error::Winapi(source) => source.raw_os_error(),
            _ => None,
        };
        let name = || name.to_owned();
        match code {
            Some(ACCESS_DENIED) => Self::NotAdministrator,
            Some(SERVICE_DOES_NOT_EXIST) => Self::NotInstalled { name: name() },
            Some(SERVICE_EXISTS | SERVICE_MARKED_FOR_DELETE | DUPLICATE_SERVICE_NAME) => {
                Self::Installed { name: name() }
            }
            Some(INVALID_SERVICE_ACCOUNT | SERVICE_LOGON_FAILED) => {
                Self::LogOn { user: user.unwrap_or("of the service").to_owned() }
            }
            Some(FAILED_SERVICE_CONTROLLER_CONNECT) => Self::NotAService,
            _ => Self::System { doing, source: Box::new(error) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_of_the_service_manager_says_what_to_do() {
        for (code, words) in [
            (5, "run it as administrator"),
            (1057, r"account .\flswriter cannot log on"),
            (1060, "service X is not installed"),
            (1063, "only the service manager"),
            (1069, r"account .\flswriter cannot log on"),
            (1073, "service X is installed already"),
            (87, "Windows failed to change the service"),
        ] {
            let said = windows_service::Error::Winapi(std::io::Error::from_raw_os_error(code));
            let error = Error::of(said, "change the service", "X", Some(r".\flswriter"));
            assert!(error.to_string().contains(words), "{code}: {error}");
        }
    }
}
