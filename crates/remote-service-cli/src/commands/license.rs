//! `remote-service license …`
mod covers;
mod diff;
mod import;
mod inspect;
mod install;
mod issue;
mod keygen;
mod lines;
mod notices;
mod verify;

use clap::Subcommand;

use crate::{
    answer::{Answer, Stop},
    clock::Clock,
};

#[derive(Subcommand)]
pub(crate) enum Command {
    Inspect(inspect::Inspect),
    Lines(lines::Lines),
    Verify(verify::Verify),
    Diff(diff::Diff),
    Notices(notices::Notices),
    Covers(covers::Covers),
    Keygen(keygen::Keygen),
    Issue(issue::Issue),
    Install(install::Install),
    Import(Box<import::Import>),
}

impl Command {
    pub(crate) fn run(&self, clock: &Clock) -> Result<Answer, Stop> {
        match self {
            Self::Inspect(command) => command.run(clock),
            Self::Lines(command) => command.run(),
            Self::Verify(command) => command.run(clock),
            Self::Diff(command) => command.run(clock),
            Self::Notices(command) => command.run(clock),
            Self::Covers(command) => command.run(clock),
            Self::Keygen(command) => command.run(),
            Self::Issue(command) => command.run(),
            Self::Install(command) => command.run(clock),
            Self::Import(command) => command.run(),
        }
    }
}
