//! What a help-desk user decides about an installation: approve it, or revoke it.
use back_office::EventKind;

use super::{Administration, clock};
use crate::Error;
use crate::events;
use crate::store::{Write, millis};

impl Administration {
    /// Ends a quarantine. Installations enrolled before under the same serial number are revoked in
    /// the same transaction: one serial number, one installation.
    ///
    /// # Errors
    /// [`Error::UnknownInstallation`] when the organization has no such installation in quarantine.
    pub async fn approve(&self, service_organization_id: &str, installation: &str) -> Result<(), Error> {
        let mut write = self.store.write().await?;
        let serial_number: Option<String> = sqlx::query_scalar(
            "UPDATE installation SET state = 'active', quarantine = NULL
             WHERE id = $1 AND organization = $2 AND state = 'quarantined' RETURNING serial_number",
        )
        .bind(installation)
        .bind(service_organization_id)
        .fetch_optional(&mut *write)
        .await?;
        let serial_number = serial_number.ok_or(Error::UnknownInstallation)?;
        let mut told: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM installation
             WHERE organization = $1 AND serial_number = $2 AND state = 'active' AND id <> $3",
        )
        .bind(service_organization_id)
        .bind(serial_number)
        .bind(installation)
        .fetch_all(&mut *write)
        .await?;
        for before in &told {
            revoke(&mut write, before).await?;
        }
        // What was decided about processes of the past is settled; two copies show again by themselves.
        sqlx::query("DELETE FROM past_boot WHERE installation = $1")
            .bind(installation)
            .execute(&mut *write)
            .await?;
        events::tell(&mut write, installation, &EventKind::Approved, None).await?;
        events::tell(&mut write, installation, &EventKind::LicenseOffered, None).await?;
        told.push(installation.to_owned());
        self.bell.commit(write, &told).await?;
        tracing::info!(installation, "approved");
        Ok(())
    }

    /// Serves an installation no longer. Its held poll ends at once; the license it has keeps working.
    ///
    /// # Errors
    /// [`Error::UnknownInstallation`] when the organization has no such installation, or none in force.
    pub async fn revoke(&self, service_organization_id: &str, installation: &str) -> Result<(), Error> {
        let mut write = self.store.write().await?;
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM installation WHERE id = $1 AND organization = $2 AND state <> 'revoked'",
        )
        .bind(installation)
        .bind(service_organization_id)
        .fetch_optional(&mut *write)
        .await?;
        found.ok_or(Error::UnknownInstallation)?;
        revoke(&mut write, installation).await?;
        self.bell.commit(write, &[installation.to_owned()]).await?;
        tracing::info!(installation, "revoked");
        Ok(())
    }
}

/// Nothing else is told any more: the revocation is the last word.
async fn revoke(write: &mut Write, installation: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE installation SET state = 'revoked', quarantine = NULL WHERE id = $1")
        .bind(installation)
        .execute(&mut **write)
        .await?;
    sqlx::query("DELETE FROM event WHERE installation = $1").bind(installation).execute(&mut **write).await?;
    // Open requests for assistance end with it.
    sqlx::query(
        "UPDATE assistance_request SET withdrawn_at = $2, changed_at = $2
         WHERE installation = $1 AND withdrawn_at IS NULL AND (session IS NULL OR session <> 'ended')",
    )
    .bind(installation)
    .bind(millis(clock::now()))
    .execute(&mut **write)
    .await?;
    events::tell(write, installation, &EventKind::Revoked, None).await
}
