//! The command tree: one module per group, one file per command.
mod assistance;
mod license;
mod license_server;
mod proxy;

use clap::Subcommand;

use crate::{
    answer::{Answer, Stop},
    clock::Clock,
};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Remote assistance: what happened
    #[command(subcommand)]
    Assistance(assistance::Command),
    /// Licenses: inspect, verify, compare, issue, deliver
    #[command(subcommand)]
    License(Box<license::Command>),
    /// License servers: what they serve
    #[command(subcommand)]
    LicenseServer(license_server::Command),
    /// Ways out of a company network: which one is taken, and where it fails
    #[command(subcommand)]
    Proxy(proxy::Command),
}

impl Command {
    pub(crate) fn run(&self, clock: &Clock) -> Result<Answer, Stop> {
        match self {
            Self::Assistance(command) => command.run(),
            Self::License(command) => command.run(clock),
            Self::LicenseServer(command) => command.run(),
            Self::Proxy(command) => command.run(clock),
        }
    }
}
