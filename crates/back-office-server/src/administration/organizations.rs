//! Service organizations.
use secrecy::{ExposeSecret as _, SecretString};

use super::{Administration, clock};
use crate::store::{Write, millis};
use crate::{Error, random};

/// What a service organization types into its installations.
#[derive(Debug)]
pub struct OrganizationCredentials {
    /// [Service organization ID:]; public, names the organization.
    pub service_organization_id: String,
    /// [Verification code:]; the join secret of 80 bits, shown once and stored hashed.
    pub verification_code: SecretString,
}

impl Administration {
    /// Adds a service organization with a fresh ID and verification code.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Random`].
    pub async fn add_organization(&self, name: &str) -> Result<OrganizationCredentials, Error> {
        let id = random::organization_id()?;
        let code = random::verification_code()?;
        let mut write = self.store.write().await?;
        sqlx::query("INSERT INTO organization (id, name, code_hash, created_at) VALUES ($1, $2, $3, $4)")
            .bind(&id)
            .bind(name)
            .bind(random::code_hash(&id, code.expose_secret()).to_string())
            .bind(millis(clock::now()))
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(OrganizationCredentials { service_organization_id: id, verification_code: code })
    }
}

/// Makes sure that there is such an organization.
pub(super) async fn known(write: &mut Write, service_organization_id: &str) -> Result<(), Error> {
    let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM organization WHERE id = $1")
        .bind(service_organization_id)
        .fetch_optional(&mut **write)
        .await?;
    found.map(|_| ()).ok_or(Error::UnknownOrganization)
}
