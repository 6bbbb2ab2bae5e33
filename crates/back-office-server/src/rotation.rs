//! `PUT /v1/key`: an installation goes over to a new key.
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use back_office::KeyRotation;

use crate::answer::Refused;
use crate::clock;
use crate::document::Problems;
use crate::installation::Installation;
use crate::office::Office;
use crate::signed::Member;
use crate::store::millis;

/// Signed by the old key; the new one proves that it agrees. From the answer on, the new key alone counts.
#[utoipa::path(
    put, path = "/v1/key", tag = "installation", security(("signature" = [])), request_body = KeyRotation,
    responses(
        (status = 204, description = "The new key is in force"),
        Problems,
    )
)]
pub(crate) async fn rotate(State(office): State<Arc<Office>>, member: Member) -> Result<StatusCode, Refused> {
    let rotation: KeyRotation = member.asked.json()?;
    let (installation, now) = (&member.installation, clock::now());
    let old = installation.public_key;
    let new = rotation.verify(&installation.id, old.id(), now).map_err(|error| {
        Refused::unprocessable("wrong_proof", "the proof does not fit").detail(error.to_string())
    })?;
    let mut write = member.change(&office).await?;
    if Installation::by_key(&mut *write, &new.id()).await?.is_some() {
        return Err(Refused::conflict("key_in_use", "the key is in use already"));
    }
    sqlx::query("INSERT INTO former_key (installation, public_key, replaced_at) VALUES ($1, $2, $3)")
        .bind(&installation.id)
        .bind(old.to_hex())
        .bind(millis(now))
        .execute(&mut *write)
        .await?;
    sqlx::query("UPDATE installation SET key_id = $2, public_key = $3 WHERE id = $1")
        .bind(&installation.id)
        .bind(new.id().to_string())
        .bind(new.to_hex())
        .execute(&mut *write)
        .await?;
    write.commit().await?;
    tracing::info!(installation = installation.id, key = %new.id(), "key changed");
    Ok(StatusCode::NO_CONTENT)
}
