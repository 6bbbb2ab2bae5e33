use clap::Args;
use windows_host::State;

use super::{AccountName, Named, access, refused};
use crate::answer::{Answer, Stop};
use crate::commands::installation::Installation;

/// Installs the service, started with the computer; for administrators
///
/// It runs this very program: copy it where it is to stay first. The state directory is closed to all but administrators,
/// the system and the account.
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service service install
  remote-service service install --account PRINTDOM\\svc-remote < password.txt
  remote-service service install --name remote-service-2 --state-dir D:\\remote-service-2")]
pub(crate) struct Install {
    #[command(flatten)]
    named: Named,
    /// The account that it logs on as, its password is asked for; without one the local system's account
    #[arg(long, value_name = "DOMAIN\\USER", value_parser = AccountName::parse)]
    account: Option<AccountName>,
    #[command(flatten)]
    installation: Installation,
}

impl Install {
    pub(super) fn run(&self) -> Result<Answer, Stop> {
        let account = self.account.as_ref().map(AccountName::with_password).transpose()?;
        let service = self.named.installation(&self.installation)?;
        access::close(self.installation.state_dir(), account.as_ref())?;
        service.install(account.as_ref()).map_err(refused)?;
        self.named.now("installed", Some(State::Stopped))
    }
}
