//! Bearer tokens for `/staff/v1`.
use secrecy::SecretString;
use signed_envelope::Digest;

use super::{Administration, Role, clock, organizations};
use crate::store::millis;
use crate::{Error, random};

/// Whom a token speaks for.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    pub(crate) organization: String,
    pub(crate) role: Role,
}

impl Administration {
    /// Adds a bearer token; it is shown once and stored hashed.
    ///
    /// # Errors
    /// [`Error::UnknownOrganization`], [`Error::Database`], [`Error::Random`].
    pub async fn add_token(&self, service_organization_id: &str, role: Role) -> Result<SecretString, Error> {
        let token = random::secret()?;
        let mut write = self.store.write().await?;
        organizations::known(&mut write, service_organization_id).await?;
        sqlx::query("INSERT INTO token (hash, organization, role, created_at) VALUES ($1, $2, $3, $4)")
            .bind(Digest::of(token.as_bytes()).to_string())
            .bind(service_organization_id)
            .bind(role.as_str())
            .bind(millis(clock::now()))
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(token.into())
    }

    /// Whom `token` speaks for, if it is one of ours.
    pub(crate) async fn desk(&self, token: &str) -> Result<Option<Desk>, Error> {
        let row: Option<(String, String)> =
            sqlx::query_as("SELECT organization, role FROM token WHERE hash = $1")
                .bind(Digest::of(token.as_bytes()).to_string())
                .fetch_optional(self.store.read())
                .await?;
        row.map(|(organization, role)| Ok(Desk { organization, role: role.parse()? })).transpose()
    }
}
