//! `remote-service console …`
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use remote_service_console::{Error as Refused, Role, UserFile};
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
  remote-service console user add robin --role assistance --state-dir /var/lib/remote-service < password.txt
  remote-service console user add kim --role admin --replace")]
pub(crate) struct Add {
    /// The name to log in with
    name: String,
    /// What the user may do: settings and all else, allow remote assistance, or look
    #[arg(long, value_parser = PossibleValuesParser::new(Role::ALL.map(Role::name)))]
    role: String,
    /// Give a user who is there already another password, and this role
    #[arg(long)]
    replace: bool,
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
        let done = match self.replace {
            true => users.replace(&self.name, role, &password),
            false => users.add(&self.name, role, &password),
        };
        done.map_err(|error| match error {
            Refused::Account { .. } => Failure::Usage(with_causes(&error)),
            Refused::Taken { .. } => Failure::Failed(format!("{error}: --replace gives another password")),
            _ => Failure::Failed(with_causes(&error)),
        })?;
        let json = json!({ "name": self.name, "role": role.name() });
        Ok(Answer::yes(json, format!("{} is a user of the console now, as {}.\n", self.name, role.name())))
    }
}
