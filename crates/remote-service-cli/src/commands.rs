//! The command tree: one module per group, one file per command.
mod assistance;
mod connect;
mod console;
mod installation;
mod license;
mod license_server;
mod overlay;
mod proxy;
mod run;
mod secret;
#[cfg(windows)]
mod service;

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
    /// The web console of `run`
    #[command(subcommand)]
    Console(console::Command),
    /// The connection to back office and license server
    #[command(subcommand)]
    Connect(connect::Command),
    /// Licenses: inspect, verify, compare, issue, deliver
    #[command(subcommand)]
    License(Box<license::Command>),
    /// License servers: what they serve
    #[command(subcommand)]
    LicenseServer(license_server::Command),
    /// Ways out of a company network: which one is taken, and where it fails
    #[command(subcommand)]
    Proxy(proxy::Command),
    Run(Box<run::Run>),
    /// Secrets of the settings
    #[command(subcommand)]
    Secret(secret::Command),
    /// The service as Windows runs it
    #[cfg(windows)]
    #[command(subcommand)]
    Service(service::Command),
}

impl Command {
    pub(crate) fn run(&self, clock: &Clock) -> Result<Answer, Stop> {
        match self {
            Self::Assistance(command) => command.run(),
            Self::Console(command) => command.run(),
            Self::Connect(command) => command.run(),
            Self::License(command) => command.run(clock),
            Self::LicenseServer(command) => command.run(),
            Self::Proxy(command) => command.run(clock),
            Self::Run(command) => command.run(),
            Self::Secret(command) => command.run(),
            #[cfg(windows)]
            Self::Service(command) => command.run(),
        }
    }
}
