//! The shared folder "DroppedLicense", reached with the remote service credentials.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use license_lifecycle::FileName;
use license_lifecycle::server::{
    DeliveredLicense, InUse, LicenseFile, LicenseServer, Receipt, ServerError, ServerErrorKind, ServerStatus,
    SmbAddress, SmbShare, StatusError, Step, Watcher,
};

use crate::Settings;
use crate::settings::secret;
use crate::shared::Secrets;

/// The share that the settings name. The password is read when it is first needed; new settings and secrets bring a new
/// `Share`.
#[derive(Clone)]
pub(super) struct Share {
    address: SmbAddress,
    with_envelope: bool,
    secrets: Secrets,
    opened: Option<SmbShare>,
    /// The last log-on was refused: nobody looks into the inbox then, because each further one may lock the account.
    refused: Arc<AtomicBool>,
}

impl Share {
    /// `None` when the settings name no share.
    pub(super) fn of(settings: &Settings, secrets: &Secrets) -> Option<Self> {
        Some(Self {
            address: settings.share()?.ok()?,
            with_envelope: settings.license.delivers_envelope(),
            secrets: secrets.clone(),
            opened: None,
            refused: Arc::default(),
        })
    }

    fn open(&mut self) -> Result<&mut SmbShare, ServerError> {
        if self.opened.is_none() {
            let password = self.secrets.0.get(secret::REMOTE_SERVICE_PASSWORD);
            let password = password.map_err(|source| {
                ServerError::new(ServerErrorKind::Storage).during(Step::LogOn).caused_by(source)
            })?;
            let password = password.ok_or_else(|| {
                let unset = "no password is set for the remote service credentials";
                ServerError::new(ServerErrorKind::BadCredentials).during(Step::LogOn).caused_by(unset)
            })?;
            let share = SmbShare::new(self.address.clone(), password).with_envelope(self.with_envelope);
            return Ok(self.opened.insert(share));
        }
        self.opened.as_mut().ok_or_else(|| ServerError::new(ServerErrorKind::Storage))
    }

    /// Remembers whether the log-on was refused.
    fn heard<T>(&self, outcome: Result<T, ServerError>) -> Result<T, ServerError> {
        let refused = outcome.as_ref().is_err_and(|error| error.kind.is_about_credentials());
        self.refused.store(refused, Ordering::Relaxed);
        outcome
    }
}

impl LicenseServer for Share {
    fn describe(&self) -> String {
        self.address.to_string()
    }

    fn deliver(&mut self, license: &LicenseFile) -> Result<Receipt, ServerError> {
        let delivered = self.open().and_then(|share| share.deliver(license));
        self.heard(delivered)
    }

    fn reset(&mut self, name: &FileName, envelope: &[u8]) -> Result<(), ServerError> {
        let handed_over = self.open().and_then(|share| share.reset(name, envelope));
        self.heard(handed_over)
    }

    fn check(&mut self) -> Result<(), ServerError> {
        self.check_watched(&mut |_| {})
    }

    fn check_watched(&mut self, passed: &mut Watcher<'_>) -> Result<(), ServerError> {
        let checked = self.open().and_then(|share| share.check_watched(passed));
        self.heard(checked)
    }
}

impl ServerStatus for Share {
    fn in_use(&mut self, license: &DeliveredLicense) -> Result<InUse, StatusError> {
        if self.refused.load(Ordering::Relaxed) {
            return Err(StatusError::new("the last log-on was refused"));
        }
        let seen = self.open().map_err(StatusError::new)?.in_use(license);
        if let Err(error) = &seen {
            let cause = error.source().and_then(|cause| cause.downcast_ref::<ServerError>());
            let refused = cause.is_some_and(|cause| cause.kind.is_about_credentials());
            self.refused.store(refused, Ordering::Relaxed);
        }
        seen
    }
}
