//! `token`.
use back_office_server::Role;
use clap::Subcommand;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::settings::Settings;
use super::{Failure, Out};

#[derive(Debug, Subcommand)]
pub(super) enum Token {
    /// Add a bearer token; it is shown this once.
    Add {
        /// The organization that it speaks for.
        #[arg(long, value_name = "ID")]
        organization: String,
        /// What it may do: license_desk, help_desk or admin.
        #[arg(long)]
        role: Role,
    },
}

impl Token {
    pub(super) async fn run(self, settings: Settings, out: Out) -> Result<(), Failure> {
        let Self::Add { organization, role } = self;
        let token = settings.administration().await?.add_token(&organization, role).await?;
        let token = token.expose_secret();
        out.print(&json!({ "token": token, "role": role }), token)
    }
}
