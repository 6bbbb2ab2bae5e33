//! `license`.
use std::path::PathBuf;

use clap::Subcommand;

use super::settings::Settings;
use super::{Failure, Out, read};

#[derive(Debug, Subcommand)]
pub(super) enum License {
    /// Publish a license to the installations of an organization; a serving process tells them at once.
    Publish {
        /// The organization whose customer it is for.
        #[arg(long, value_name = "ID")]
        organization: String,
        /// The manifest envelope.
        #[arg(long, value_name = "FILE")]
        envelope: PathBuf,
        /// The license file that it binds.
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
        /// The vendor's sequence reset, where this license corrects a mistyped, higher sequence.
        #[arg(long, value_name = "FILE")]
        reset: Option<PathBuf>,
    },
}

impl License {
    pub(super) async fn run(self, settings: Settings, out: Out) -> Result<(), Failure> {
        let Self::Publish { organization, envelope, file, reset } = self;
        let (envelope, file) = (read(&envelope)?, read(&file)?);
        let reset = reset.as_deref().map(read).transpose()?;
        let administration = settings.publishing().await?;
        let published = match reset {
            Some(reset) => administration.correct(&organization, &envelope, &file, &reset).await?,
            None => administration.publish(&organization, &envelope, &file).await?,
        };
        let text = format!(
            "{}: sequence {} published, {} installation(s) told",
            published.serial_number, published.sequence, published.installations
        );
        out.print(&published, &text)
    }
}
