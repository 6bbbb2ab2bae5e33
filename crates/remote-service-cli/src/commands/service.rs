//! `remote-service service …`: what Windows' service manager does with the service.
mod access;
mod hosted;
mod install;
mod log_on_as;

use std::ffi::OsString;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::json;
use windows_host::{Account, Service, State};

use super::installation::Installation;
use crate::answer::{Answer, Exit, Failure, Stop, with_causes};

/// How long the service manager may take to start or stop the service.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the service is called where nobody says otherwise.
const DEFAULT_NAME: &str = "remote-service";

#[derive(Subcommand)]
pub(crate) enum Command {
    Install(install::Install),
    /// Starts the service, and waits up to 30 s until it runs
    #[command(after_help = "Examples:\n  remote-service service start")]
    Start(Named),
    /// Stops the service, and waits up to 30 s until it has ended
    #[command(
        after_help = "Examples:\n  remote-service service stop\n  remote-service service stop --name remote-service-2"
    )]
    Stop(Named),
    /// Removes the service; its state directory stays
    #[command(after_help = "Examples:\n  remote-service service stop\n  remote-service service uninstall")]
    Uninstall(Named),
    LogOnAs(Box<log_on_as::LogOnAs>),
    Run(Box<hosted::Hosted>),
}

impl Command {
    pub(crate) fn run(&self) -> Result<Answer, Stop> {
        match self {
            Self::Install(command) => command.run(),
            Self::Start(named) => {
                named.service().start(PATIENCE).map_err(refused)?;
                named.now("started", Some(State::Running))
            }
            Self::Stop(named) => {
                named.service().stop(PATIENCE).map_err(refused)?;
                named.now("stopped", Some(State::Stopped))
            }
            Self::Uninstall(named) => {
                named.service().uninstall().map_err(refused)?;
                named.now("uninstalled", None)
            }
            Self::LogOnAs(command) => command.run(),
            Self::Run(command) => command.run(),
        }
    }
}

/// Which service.
#[derive(Args, Clone)]
pub(crate) struct Named {
    /// The name in the service manager, for several installations on one computer
    #[arg(long, value_name = "NAME", default_value = DEFAULT_NAME)]
    name: String,
}

impl Named {
    fn service(&self) -> Service {
        Service::named(&self.name)
    }

    /// What the service manager is to know: it starts this very program.
    fn installation(&self, of: &Installation) -> Result<windows_host::Installation, Failure> {
        let mut arguments: Vec<OsString> =
            ["service", "run", "--name", &self.name].map(OsString::from).into();
        arguments.extend(of.flags()?);
        Ok(windows_host::Installation {
            name: self.name.clone(),
            display_name: self.display_name(),
            program: std::env::current_exe().map_err(|source| Failure::Start { source })?,
            arguments,
        })
    }

    /// Windows wants a different one for each service.
    fn display_name(&self) -> String {
        match self.name.as_str() {
            DEFAULT_NAME => "Remote Service".to_owned(),
            name => format!("Remote Service ({name})"),
        }
    }

    fn now(&self, done: &str, state: Option<State>) -> Result<Answer, Stop> {
        let state = state.map(|state| state.to_string());
        let text = format!("Service {}: {done}.\n", self.name);
        Ok(Answer::yes(json!({ "name": self.name, "done": done, "state": state }), text))
    }
}

/// `DOMAIN\user`, `user@domain`, or `user` for an account of this computer.
#[derive(Clone, Debug)]
struct AccountName {
    domain: String,
    user: String,
}

impl AccountName {
    fn parse(text: &str) -> Result<Self, String> {
        let (domain, user) = match text.split_once('\\') {
            Some((domain, user)) => (domain, user),
            None => text.split_once('@').map_or(("", text), |(user, domain)| (domain, user)),
        };
        let domain = if domain == "." { "" } else { domain };
        match user {
            "" => Err("the user's name is missing: DOMAIN\\user, user@domain or user".to_owned()),
            _ => Ok(Self { domain: domain.to_owned(), user: user.to_owned() }),
        }
    }

    /// The account, with the password that is asked for.
    fn with_password(&self) -> Result<Account, Stop> {
        let password = crate::input::asked(&format!("Password of {}: ", self.user))?;
        Ok(Account { domain: self.domain.clone(), user: self.user.clone(), password })
    }
}

/// The service manager says no: exit 1.
fn refused(error: windows_host::Error) -> Stop {
    let error = with_causes(&error);
    eprintln!("remote-service: {error}");
    Answer { exit: Exit::No, json: json!({ "error": error }), text: String::new() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_written_in_three_ways() {
        for (text, expected) in [
            (r"PRINTDOM\svc", r"PRINTDOM\svc"),
            ("svc@print.example", r"print.example\svc"),
            ("svc", r".\svc"),
            (r".\svc", r".\svc"),
        ] {
            let name = AccountName::parse(text).unwrap();
            let account = Account { domain: name.domain, user: name.user, password: "x".into() };
            assert_eq!(account.name(), expected);
        }
        assert!(AccountName::parse(r"PRINTDOM\").is_err());
    }
}
