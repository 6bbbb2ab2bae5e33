//! Nonces of state-changing calls: each is spent once.
use back_office::signature::{LIFETIME_S, TOLERANCE_S, VerifiedRequest};
use chrono::{DateTime, TimeDelta, Utc};

use crate::answer::Refused;
use crate::store::{Store, Write, millis};

/// How long a nonce is remembered: longer than a signature made by a fast clock can be used, which
/// is lifetime and twice the tolerance, 11 minutes.
const REMEMBERED: TimeDelta = TimeDelta::seconds(LIFETIME_S + 2 * TOLERANCE_S + 60);

/// Spends the nonce of a verified request, in the transaction of what it changes.
///
/// # Errors
/// 401 `replayed` when it was spent before.
pub(crate) async fn spend(
    write: &mut Write,
    request: &VerifiedRequest,
    now: DateTime<Utc>,
) -> Result<(), Refused> {
    let spent = sqlx::query(
        "INSERT INTO nonce (key_id, nonce, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(request.key_id.to_string())
    .bind(request.nonce.as_str())
    .bind(millis(now + REMEMBERED))
    .execute(&mut **write)
    .await?;
    match spent.rows_affected() {
        0 => Err(Refused::unauthorized("replayed", "this request was made before")),
        _ => Ok(()),
    }
}

/// Forgets nonces that no signature can bring back.
pub(crate) async fn sweep(store: &Store, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut write = store.note().await?;
    sqlx::query("DELETE FROM nonce WHERE expires_at < $1").bind(millis(now)).execute(&mut *write).await?;
    write.commit().await
}
