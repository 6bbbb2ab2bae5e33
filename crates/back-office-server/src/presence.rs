//! `PUT /v1/presence`: what the help desk sees of an installation.
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use back_office::Presence;

use crate::answer::Refused;
use crate::clock;
use crate::document::Problems;
use crate::office::Office;
use crate::signed::Member;
use crate::store::millis;

/// The longest product version, in bytes.
const MAX_VERSION: usize = 128;

/// Replaces what was known.
#[utoipa::path(
    put, path = "/v1/presence", tag = "installation", security(("signature" = [])), request_body = Presence,
    responses(
        (status = 204, description = "Taken"),
        Problems,
    )
)]
pub(crate) async fn put(State(office): State<Arc<Office>>, member: Member) -> Result<StatusCode, Refused> {
    let presence: Presence = member.asked.json()?;
    if presence.product_version.len() > MAX_VERSION {
        return Err(Refused::bad("malformed", "product_version is too long"));
    }
    let sequence = presence.license_sequence.map(i64::try_from).transpose();
    let sequence = sequence.map_err(|_| Refused::bad("malformed", "license_sequence is too large"))?;
    let mut write = member.note(&office).await?;
    sqlx::query(
        "UPDATE installation SET product_version = $2, license_sequence = $3, assistance_allowed = $4,
             remote_desktop = $5, vpn = $6, presence_at = $7 WHERE id = $1",
    )
    .bind(&member.installation.id)
    .bind(&presence.product_version)
    .bind(sequence)
    .bind(presence.remote_assistance.allowed)
    .bind(presence.remote_assistance.remote_desktop)
    .bind(presence.remote_assistance.vpn)
    .bind(millis(clock::now()))
    .execute(&mut *write)
    .await?;
    write.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
