//! `remote-service assistance …`: only what reads; no command line can let anybody in.
mod audit_verify;

use clap::Subcommand;

use crate::answer::{Answer, Stop};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// The audit: what happened to remote assistance
    #[command(subcommand)]
    Audit(Audit),
}

#[derive(Subcommand)]
pub(crate) enum Audit {
    Verify(audit_verify::Verify),
}

impl Command {
    pub(crate) fn run(&self) -> Result<Answer, Stop> {
        match self {
            Self::Audit(Audit::Verify(command)) => command.run(),
        }
    }
}
