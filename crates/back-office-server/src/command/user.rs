//! `user`.
use std::io::{IsTerminal as _, Read as _, stdin};

use back_office_server::Role;
use clap::Subcommand;
use secrecy::SecretString;

use super::Failure;
use super::settings::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Add an account; its password comes from a prompt or from standard input.
    Add {
        /// The name that is typed at login.
        name: String,
        /// The organization whose installations are seen.
        #[arg(long, value_name = "ID")]
        organization: String,
        /// help_desk, license_desk or admin.
        #[arg(long)]
        role: Role,
    },
}

impl User {
    pub(super) async fn run(self, settings: Settings) -> Result<(), Failure> {
        let Self::Add { name, organization, role } = self;
        let administration = settings.administration().await?;
        let password = password().map_err(Failure::usage)?;
        Ok(administration.add_user(&organization, &name, role, &password).await?)
    }
}

/// The most bytes of a password that are read.
const MAX_PASSWORD: u64 = 1024;

/// Typed unseen at a terminal, else the first line of standard input.
fn password() -> std::io::Result<SecretString> {
    if stdin().is_terminal() {
        return Ok(rpassword::prompt_password("Password: ")?.into());
    }
    let mut line = String::new();
    stdin().lock().take(MAX_PASSWORD).read_to_string(&mut line)?;
    Ok(line.lines().next().unwrap_or_default().to_owned().into())
}
