//! What an installation is told: its own numbered sequence, kept until it asks beyond.
use back_office::{Event, EventKind};
use chrono::{DateTime, Utc};

use crate::store::{Store, Write, millis, time};

/// The most events in one answer; the next poll gets the rest.
const MOST: i64 = 64;

/// Adds an event to the sequence of `installation`; ring for it after the commit. The very same event
/// that still waits is replaced: what is said twice counts once, and late enough.
///
/// `expires_at`: from then on it is no longer sent. An installation that is gone is told nothing.
pub(crate) async fn tell(
    write: &mut Write,
    installation: &str,
    kind: &EventKind,
    expires_at: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    let json = serde_json::to_string(kind).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query("DELETE FROM event WHERE installation = $1 AND kind = $2")
        .bind(installation)
        .bind(&json)
        .execute(&mut **write)
        .await?;
    let seq: Option<i64> = sqlx::query_scalar(
        "UPDATE installation SET last_seq = last_seq + 1 WHERE id = $1 RETURNING last_seq",
    )
    .bind(installation)
    .fetch_optional(&mut **write)
    .await?;
    if let Some(seq) = seq {
        sqlx::query("INSERT INTO event (installation, seq, kind, expires_at) VALUES ($1, $2, $3, $4)")
            .bind(installation)
            .bind(seq)
            .bind(json)
            .bind(expires_at.map(millis))
            .execute(&mut **write)
            .await?;
    }
    Ok(())
}

/// The events of `installation` after `cursor` that still hold at `now`, oldest first.
pub(crate) async fn after(
    store: &Store,
    installation: &str,
    cursor: i64,
    now: DateTime<Utc>,
) -> Result<Vec<Event>, sqlx::Error> {
    let rows: Vec<(i64, String, Option<i64>)> = sqlx::query_as(
        "SELECT seq, kind, expires_at FROM event
         WHERE installation = $1 AND seq > $2 AND (expires_at IS NULL OR expires_at > $3) ORDER BY seq LIMIT $4",
    )
    .bind(installation)
    .bind(cursor)
    .bind(millis(now))
    .bind(MOST)
    .fetch_all(store.read())
    .await?;
    rows.into_iter()
        .map(|(seq, kind, expires_at)| {
            let kind = serde_json::from_str(&kind).map_err(|error| sqlx::Error::Decode(error.into()))?;
            let seq = seq.unsigned_abs();
            let id = format!("{installation}-{seq}");
            Ok(Event { seq, id, expires_at: expires_at.map(time), kind })
        })
        .collect()
}

/// Forgets what is no longer sent.
pub(crate) async fn sweep(store: &Store, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut write = store.note().await?;
    sqlx::query("DELETE FROM event WHERE expires_at < $1").bind(millis(now)).execute(&mut *write).await?;
    write.commit().await
}
