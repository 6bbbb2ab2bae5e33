//! `remote-service connect …`
use clap::{Args, Subcommand};
use remote_service::{Candidate, Report, TestStage};
use serde_json::json;

use super::installation::{Installation, failure};
use super::overlay::{self, Overlay};
use crate::{
    answer::{Answer, Failure, Stop},
    runtime,
};

#[derive(Subcommand)]
pub(crate) enum Command {
    Test(Box<Test>),
}

/// Tries the way to the back office and to the license server's share, stage by stage, with the saved settings
///
/// As [Test connection] does in the console, also beside a running service: with what that has saved. A wrong password is
/// sent once.
///
/// Exit code 1: something failed; the advice says what to do.
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service connect test
  remote-service connect test --state-dir /var/lib/remote-service --json
  remote-service connect test --proxy-mode manual --proxy-address proxy.corp:8080")]
pub(crate) struct Test {
    #[command(flatten)]
    installation: Installation,
    #[command(flatten)]
    overlay: Overlay,
}

impl Command {
    pub(crate) fn run(&self) -> Result<Answer, Stop> {
        match self {
            Self::Test(command) => command.run(),
        }
    }
}

impl Test {
    fn run(&self) -> Result<Answer, Stop> {
        super::run::prepare();
        let report = runtime::block_on(self.report())??;
        Ok(Answer::yes_or_no(report.ok, json!(report), in_words(&report)))
    }

    async fn report(&self) -> Result<Report, Failure> {
        overlay::mistyped().iter().for_each(|warning| eprintln!("remote-service: {warning}"));
        let settings = self.installation.settings(&self.overlay)?;
        let service = self.installation.quiet_builder(settings.clone())?.build().map_err(failure)?;
        let running = service.start();
        let report = running.test_connection(Candidate::unsaved(settings, Vec::new())).finish().await;
        running.stop().await;
        Ok(report)
    }
}

/// The report for people.
pub(super) fn in_words(report: &Report) -> String {
    let mut text: String = report.stages.iter().map(line).collect();
    if let Some(advice) = &report.advice {
        text.push_str(&format!("{advice}\n"));
    }
    text
}

fn line(stage: &TestStage) -> String {
    let outcome = if stage.ok { "ok    " } else { "FAILED" };
    format!("{outcome} {:<12} {:>6} ms  {}\n", stage.stage, stage.ms, stage.detail)
}
