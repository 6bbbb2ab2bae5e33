use clap::Args;

use super::{Named, refused};
use crate::answer::{Answer, Stop};
use crate::commands::run::{self, Run};

/// What the service manager starts
///
/// Logs go to the event log. From a terminal, use `remote-service run`.
#[derive(Args)]
#[command(hide = true)]
pub(crate) struct Hosted {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    run: Run,
}

impl Hosted {
    pub(super) fn run(&self) -> Result<Answer, Stop> {
        let run = self.run.clone();
        let served = windows_host::run(&self.named.name, |host| async move {
            let (ready, asked_to_stop) = (|| host.started(), host.asked_to_stop());
            run::serve(&run, ready, asked_to_stop).await.map_err(<_>::from)
        });
        served.map_err(refused)?;
        Ok(Answer::yes(serde_json::json!({ "stopped": true }), String::new()))
    }
}
