//! `remote-service console …`
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use remote_service_console::{Role, UserFile};
use serde_json::json;

use super::installation::Installation;
use crate::{
    answer::{Answer, Failure, Stop, with_causes},
    input,
};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Who may use the console of `remote-service run`
    #[command(subcommand)]
    User(User),
}

#[derive(Subcommand)]
pub(crate) enum User {
    Add(Add),
}

/// Adds a user of the console; also while the service runs
///
/// The password is asked for, or read from standard input; at least 12 characters.
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service console user add kim --role admin
  remote-service console user add robin --role assistance --state-dir /var/lib/remote-service < password.txt")]
pub(crate) struct Add {
    /// The name to log in with
    name: String,
    /// What the user may do: settings and all else, allow remote assistance, or look
    #[arg(long, value_parser = PossibleValuesParser::new(Role::ALL.map(Role::name)))]
    role: String,
    #[command(flatten)]
    installation: Installation,
}

impl Command {
    pub(crate) fn run(&self) -> Result<Answer, Stop> {
        match self {
            Self::User(User::Add(command)) => command.run(),
        }
    }
}

impl Add {
    fn run(&self) -> Result<Answer, Stop> {
        // The parser lets no other name through.
        let role = Role::ALL.into_iter().find(|role| role.name() == self.role).unwrap_or(Role::User);
        let password = input::asked("Password: ")?;
        let users = UserFile::open(self.installation.console_users());
        users.add(&self.name, role, &password).map_err(|error| match error {
            remote_service_console::Error::Account { .. } => Failure::Usage(with_causes(&error)),
            _ => Failure::Failed(with_causes(&error)),
        })?;
        let json = json!({ "name": self.name, "role": role.name() });
        Ok(Answer::yes(json, format!("{} is a user of the console now, as {}.\n", self.name, role.name())))
    }
}
