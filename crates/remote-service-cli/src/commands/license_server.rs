//! `remote-service license-server …`
mod status;

use clap::Subcommand;

use crate::answer::{Answer, Stop};

#[derive(Subcommand)]
pub(crate) enum Command {
    Status(status::Status),
}

impl Command {
    pub(crate) fn run(&self) -> Result<Answer, Stop> {
        match self {
            Self::Status(command) => command.run(),
        }
    }
}
