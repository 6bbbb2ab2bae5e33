use std::sync::Arc;

use back_office::retry::judge;
use back_office::{Applicant, Client, Hop};

use remote_assistance::Input;

use super::connect::Connection;
use super::{Failure, Visit};
use crate::event::EventKind;
use crate::identity::Enrolment;
use crate::rotation::{self, Unfinished};
use crate::settings::secret;
use crate::snapshot::SecretsSet;
use crate::time::now;
use crate::{Stage, applicant, chain};

impl Visit<'_> {
    /// A client that the back office knows, enrolled now when it was not yet.
    pub(super) async fn enrolled(&mut self, connection: &Connection) -> Result<Arc<Client>, Failure> {
        let (key, enrolment, keys) = {
            let identity = self.shared.identity();
            let keys = identity.back_office_keys().map(<[u8]>::to_vec);
            (identity.key().clone(), identity.enrolment(&connection.authority).cloned(), keys)
        };
        let here = |error: back_office::Error| self.failure(Stage::Settings, connection, &error);
        let client =
            |key| Client::new(connection.http.client(), &connection.url, key, self.shared.trusted.clone());
        if let (Some(enrolment), Some(keys)) = (enrolment, keys) {
            let known = |key| Ok(client(key)?.with_installation(&enrolment.installation_id, &keys, now()));
            let known = rotation::finish(self.shared, known(key).map_err(here)?, known).await;
            let known = known.map_err(|unfinished| match unfinished {
                Unfinished::Here(error) => Failure::here(error),
                Unfinished::There(error) => here(error),
            })?;
            self.quarantined = enrolment.quarantined;
            return Ok(Arc::new(known));
        }
        let client = client(key).map_err(here)?;
        let applicant = self.applicant().await?;
        let enrolled = client
            .enroll(&applicant, now())
            .await
            .map_err(|error| self.failure(Stage::Enrolment, connection, &error))?;
        let enrolment = Enrolment {
            installation_id: enrolled.installation_id.clone(),
            authority: connection.authority.clone(),
            quarantined: !enrolled.state.is_enrolled(),
        };
        self.quarantined = enrolment.quarantined;
        {
            let mut identity = self.shared.identity();
            identity.keep_back_office_keys(&enrolled.back_office_keys).map_err(Failure::here)?;
            identity.enrolled(enrolment).map_err(Failure::here)?;
        }
        if !self.quarantined {
            self.forget_code();
        }
        let standing = if self.quarantined { Input::Revoked } else { Input::Approved };
        self.shared.gatehouse.take(standing).await.map_err(Failure::here)?;
        self.shared.emit(EventKind::Enrolled { installation_id: enrolled.installation_id });
        Ok(Arc::new(client))
    }

    /// The code let us in; the bound key serves from now on.
    pub(super) fn forget_code(&self) {
        if let Err(error) = self.shared.secrets.0.delete(secret::VERIFICATION_CODE) {
            tracing::warn!(target: "remote_service", %error, "the verification code cannot be deleted");
        } else {
            let set = self.shared.snapshot().secrets;
            self.shared.show_secrets(SecretsSet { verification_code: false, ..set });
        }
    }

    async fn applicant(&self) -> Result<Applicant, Failure> {
        let Some(license) = applicant::installed(self.shared).await.map_err(Failure::here)? else {
            return Err(Failure {
                stage: Stage::License,
                detail: "no license with a serial number is installed yet".to_owned(),
                again: back_office::retry::Again::Never,
            });
        };
        let code = self.shared.secrets.get(secret::VERIFICATION_CODE).map_err(Failure::here)?;
        let Some(verification_code) = code else {
            return Err(Failure {
                stage: Stage::Enrolment,
                detail: "the verification code is not set".to_owned(),
                again: back_office::retry::Again::Never,
            });
        };
        Ok(applicant::applicant(self.shared, self.settings, license, verification_code))
    }

    /// Says which hop failed. `call`: the stage when it was the back office itself that refused.
    pub(super) fn failure(
        &self,
        call: Stage,
        connection: &Connection,
        error: &back_office::Error,
    ) -> Failure {
        let at_proxy = connection.http.last_proxy_error();
        let at_proxy = at_proxy.as_deref().filter(|_| matches!(error.hop(), Hop::Connection));
        let stage = match (error.hop(), at_proxy) {
            (Hop::Connection, Some(proxy_config::Error::TargetUnreachable { .. }) | None) => Stage::Network,
            (Hop::Connection, Some(_)) => Stage::Proxy,
            (Hop::Between, _) => Stage::Signature,
            (Hop::BackOffice, _) if matches!(error, back_office::Error::Refused { .. }) => call,
            (Hop::BackOffice, _) => Stage::BackOffice,
            _ => Stage::Settings,
        };
        let detail = at_proxy.map_or_else(|| chain(error), |error| chain(error));
        Failure { stage, detail, again: judge(error) }
    }
}
