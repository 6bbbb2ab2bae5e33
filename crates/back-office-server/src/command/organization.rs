//! `organization`.
use clap::Subcommand;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::settings::Settings;
use super::{Failure, Out};

#[derive(Debug, Subcommand)]
pub(super) enum Organization {
    /// Add a service organization; its verification code is shown this once.
    Add {
        /// Its name, as help-desk pages show it.
        name: String,
    },
}

impl Organization {
    pub(super) async fn run(self, settings: Settings, out: Out) -> Result<(), Failure> {
        let Self::Add { name } = self;
        let added = settings.administration().await?.add_organization(&name).await?;
        let (id, code) = (&added.service_organization_id, added.verification_code.expose_secret());
        let document = json!({ "service_organization_id": id, "verification_code": code });
        out.print(&document, &format!("Service organization ID: {id}\nVerification code:       {code}"))
    }
}
