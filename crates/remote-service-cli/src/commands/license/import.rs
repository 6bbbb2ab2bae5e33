use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use remote_service::license::{Digest, FileName};
use remote_service::{Error, EventKind, Events, Imported};
use serde_json::{Value, json};

use crate::commands::installation::{Installation, failure};
use crate::commands::overlay::{self, Overlay};
use crate::{
    answer::{Answer, Failure, Stop, with_causes},
    input, runtime,
};

/// How long the license server is given.
const PATIENCE: Duration = Duration::from_secs(60);

/// Gives an installation its first license, or one that came by mail; needs no network
///
/// The license is verified with the keys and the product of the settings, taken into the state directory and delivered to
/// the license server of the settings. The service of `run` must not run meanwhile: it has a page for this in its console.
///
/// Exit code 1: the license is refused. One that is accepted and could not be delivered waits, and `run` tries again.
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service license import prismadirect.lic --envelope prismadirect.lic.dsse --state-dir /var/lib/remote-service
  remote-service license import prismadirect.lic --unsigned --license-folder /srv/fls/DroppedLicense --json")]
pub(crate) struct Import {
    /// The license file
    file: PathBuf,
    /// The envelope that came with it
    #[arg(long, value_name = "ENVELOPE", required_unless_present = "unsigned")]
    envelope: Option<PathBuf>,
    /// Take it without a signature that could be checked
    #[arg(long, conflicts_with = "envelope")]
    unsigned: bool,
    /// Let an unsigned license replace a signed one
    #[arg(long, requires = "unsigned")]
    confirmed: bool,
    #[command(flatten)]
    installation: Installation,
    #[command(flatten)]
    overlay: Overlay,
}

impl Import {
    pub(crate) fn run(&self) -> Result<Answer, Stop> {
        super::super::run::prepare();
        overlay::mistyped().iter().for_each(|warning| eprintln!("remote-service: {warning}"));
        let import = self.read()?;
        Ok(runtime::block_on(self.import(import))??)
    }

    fn read(&self) -> Result<remote_service::Import, Failure> {
        let file = input::license(&self.file)?;
        if let Some(envelope) = &self.envelope {
            return Ok(remote_service::Import::Signed { envelope: input::license(envelope)?, file });
        }
        let given = self.file.file_name().unwrap_or_default().to_string_lossy();
        let name = FileName::new(given).map_err(|error| Failure::Usage(with_causes(&error)))?;
        Ok(remote_service::Import::Unsigned { name, file, confirmed: self.confirmed })
    }

    async fn import(&self, import: remote_service::Import) -> Result<Answer, Failure> {
        let mut settings = self.installation.settings(&self.overlay)?;
        settings.enabled = false; // it makes no connection to the back office
        let service = self.installation.builder(settings)?.build().map_err(failure)?;
        let mut events = service.events();
        let running = service.start();
        let answer = match running.import_license(import).await {
            Ok(Imported::Accepted { license, .. }) => {
                let delivered = tokio::time::timeout(PATIENCE, delivery(&mut events, license)).await;
                let (json, text) = delivered.unwrap_or_else(|_| waits("the license server does not answer"));
                let serial_number = running.snapshot().serial_number().map(str::to_owned);
                let json = json!({
                    "outcome": "accepted", "license": license.to_string(), "serial_number": serial_number, "delivery": json,
                });
                Ok(Answer::yes(json, format!("The license is accepted. {text}\n")))
            }
            Ok(_) => Ok(Answer::yes(
                json!({ "outcome": "known" }),
                "This license is installed already, or on its way.\n".to_owned(),
            )),
            Err(Error::Refused { why }) => {
                let json =
                    json!({ "outcome": "refused", "reason": why.code(), "message": with_causes(&why) });
                let text = format!("Refused ({}): {}.\n", why.code(), with_causes(&why));
                Ok(Answer::yes_or_no(false, json, text))
            }
            Err(error) => Err(failure(error)),
        };
        running.stop().await;
        answer
    }
}

/// How the delivery ended, for programs and for people.
async fn delivery(events: &mut Events, wanted: Digest) -> (Value, String) {
    while let Some(event) = events.next().await {
        match event.kind {
            EventKind::LicenseDelivered { license, place } if license == wanted => {
                let json = json!({ "outcome": "delivered", "place": place });
                return (json, format!("Delivered to {place}."));
            }
            EventKind::DeliveryFailed { license, server, kind } if license == wanted => {
                let (_, text) = waits(&format!("{server}: {kind}"));
                return (json!({ "outcome": "failed", "kind": kind.code(), "server": server }), text);
            }
            _ => {}
        }
    }
    waits("the service stopped")
}

fn waits(why: &str) -> (Value, String) {
    (
        json!({ "outcome": "waiting" }),
        format!("It is not delivered yet ({why}); it waits, and `run` tries again."),
    )
}
