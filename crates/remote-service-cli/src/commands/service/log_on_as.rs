use clap::Args;
use remote_service::Report;
use serde_json::json;
use windows_host::Account;

use super::{AccountName, Named, access, refused};
use crate::answer::{Answer, Stop};
use crate::commands::installation::{Installation, failure};
use crate::commands::{connect, run};
use crate::runtime;

/// Changes the account that the service logs on as, from its next start on: the manual's [Change]
///
/// The license server's share is tried with the account first; when that fails, nothing is changed. The service must not run
/// meanwhile, and is named by the flags that it was installed with. The account needs the right "Log on as a service". The
/// password is asked for.
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service service stop
  remote-service service log-on-as PRINTDOM\\svc-remote --share smb://fls.corp/DroppedLicense
  remote-service service start")]
pub(crate) struct LogOnAs {
    /// DOMAIN\user, user@domain, or user for an account of this computer
    #[arg(value_name = "ACCOUNT", value_parser = AccountName::parse)]
    account: AccountName,
    /// The share to try the account on; without it the one in the settings
    #[arg(long, value_name = "smb://HOST[:PORT]/SHARE[/PATH]")]
    share: Option<String>,
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    installation: Installation,
}

impl LogOnAs {
    pub(super) fn run(&self) -> Result<Answer, Stop> {
        run::prepare();
        let account = self.account.with_password()?;
        let report = runtime::block_on(self.change(&account))??;
        let mut text = connect::in_words(&report);
        if report.ok {
            access::admit(self.installation.state_dir(), &account)?;
            text.push_str(&format!("Service {} logs on as {}.\n", self.named.name, account.name()));
        }
        Ok(Answer::yes_or_no(report.ok, json!(report), text))
    }

    /// The service itself, for as long as the change takes: its settings are saved, so no flag may change them here.
    async fn change(&self, account: &Account) -> Result<Report, Stop> {
        let service = self.named.installation(&self.installation)?;
        let settings = self.installation.saved_settings()?;
        let running = self.installation.builder(settings)?.build().map_err(failure)?.start();
        let changed = service.log_on_as(account, self.share.clone(), &running).await;
        running.stop().await;
        changed.map_err(refused)
    }
}
