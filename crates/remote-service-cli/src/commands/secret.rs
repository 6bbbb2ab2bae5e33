//! `remote-service secret …`
use clap::{Args, Subcommand, ValueEnum};
use remote_service::{Error, secret_store::SecretStore, settings::secret};
use secrecy::ExposeSecret;
use serde_json::json;

use super::installation::{Installation, failure};
use crate::{
    answer::{Answer, Stop},
    input,
};

#[derive(Subcommand)]
pub(crate) enum Command {
    Set(Set),
}

/// Stores a secret of the settings, sealed; an empty one is deleted
///
/// The value is asked for, or read from standard input: never from the command line, which others can see. A running
/// service uses it from its next connection on. To be called by the account that the service runs as.
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service secret set verification-code
  remote-service secret set proxy-password --state-dir /var/lib/remote-service < password.txt")]
pub(crate) struct Set {
    /// Which one
    name: Name,
    #[command(flatten)]
    installation: Installation,
}

#[derive(Clone, Copy, ValueEnum)]
enum Name {
    VerificationCode,
    ProxyPassword,
    RemoteServicePassword,
    TeamviewerToken,
}

impl Name {
    fn of_the_store(self) -> &'static str {
        match self {
            Self::VerificationCode => secret::VERIFICATION_CODE,
            Self::ProxyPassword => secret::PROXY_PASSWORD,
            Self::RemoteServicePassword => secret::REMOTE_SERVICE_PASSWORD,
            Self::TeamviewerToken => secret::TEAMVIEWER_TOKEN,
        }
    }
}

impl Command {
    pub(crate) fn run(&self) -> Result<Answer, Stop> {
        match self {
            Self::Set(command) => command.run(),
        }
    }
}

impl Set {
    fn run(&self) -> Result<Answer, Stop> {
        let name = self.name.of_the_store();
        let store = self.installation.secrets()?;
        let value = input::asked(&format!("{name}: "))?;
        let set = !value.expose_secret().is_empty();
        let done = if set { store.set(name, &value) } else { store.delete(name).map(drop) };
        done.map_err(|source| failure(Error::Secrets { source }))?;
        let what = if set { "stored" } else { "deleted" };
        Ok(Answer::yes(json!({ "name": name, "set": set }), format!("{name}: {what}.\n")))
    }
}
