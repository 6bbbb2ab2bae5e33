//! `remote-service proxy …`
mod resolve;
mod test;
mod way;

use clap::Subcommand;

use crate::{
    answer::{Answer, Stop},
    clock::Clock,
};

#[derive(Subcommand)]
pub(crate) enum Command {
    Resolve(resolve::Resolve),
    Test(Box<test::Test>),
}

impl Command {
    pub(crate) fn run(&self, clock: &Clock) -> Result<Answer, Stop> {
        match self {
            Self::Resolve(command) => command.run(clock),
            Self::Test(command) => command.run(clock),
        }
    }
}
