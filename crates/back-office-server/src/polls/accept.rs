//! What a poll changes: when it was seen, what it acknowledges, and whether two copies are at work.
use back_office::EventKind;
use chrono::{DateTime, TimeDelta, Utc};

use crate::answer::Refused;
use crate::events;
use crate::installation::State as Standing;
use crate::signed::Caller;
use crate::store::{Store, Write, millis};

/// A poll made so much before the last accepted one is refused, in seconds: polls may overtake each
/// other by a moment, a replay is older.
pub(super) const LATEST_BACKWARDS_S: i64 = 5;

/// How long a process that was followed by another one is remembered: a copy that slept so long is not noticed.
const REMEMBERED: TimeDelta = TimeDelta::days(30);

/// The poll before this one.
#[derive(sqlx::FromRow)]
struct Last {
    boot: Option<String>,
    poll_created: i64,
    last_seq: i64,
    acked_seq: i64,
}

/// Records a poll and says in which standing its installation is now.
///
/// # Errors
/// 401 `stale` for a poll much older than the last accepted one; 409 for a late one of a process
/// that was replaced.
pub(super) async fn accept(
    store: &Store,
    caller: &Caller,
    cursor: u64,
    boot: &str,
    now: DateTime<Utc>,
) -> Result<Standing, Refused> {
    let id = &caller.installation.id;
    let mut write = store.note().await?;
    let last: Last =
        sqlx::query_as("SELECT boot, poll_created, last_seq, acked_seq FROM installation WHERE id = $1")
            .bind(id)
            .fetch_one(&mut *write)
            .await?;
    let created = caller.request.created.timestamp();
    if created < last.poll_created - LATEST_BACKWARDS_S {
        return Err(Refused::unauthorized("stale", "a later poll was accepted before this one"));
    }
    let mut standing = caller.installation.state;
    if let Some(before) = last.boot.as_deref().filter(|before| *before != boot) {
        let is_later = created > last.poll_created;
        if change_boot(&mut write, id, before, boot, is_later, now).await? == Copies::Two {
            quarantine(&mut write, id).await?;
            if standing == Standing::Active {
                standing = Standing::Quarantined;
            }
        }
    }
    let cursor = i64::try_from(cursor).unwrap_or(i64::MAX);
    // Numbers only rise, so that of a resync is above whatever the installation has seen.
    sqlx::query(
        "UPDATE installation SET boot = $2, poll_created = $3, seen_at = $4, acked_seq = $5, last_seq = $6
         WHERE id = $1",
    )
    .bind(id)
    .bind(boot)
    .bind(created.max(last.poll_created))
    .bind(millis(now))
    .bind(cursor)
    .bind(cursor.max(last.last_seq))
    .execute(&mut *write)
    .await?;
    acknowledge(&mut write, id, &last, cursor).await?;
    write.commit().await?;
    Ok(standing)
}

/// How many copies of an installation are at work, as far as one can see.
#[derive(PartialEq, Eq)]
enum Copies {
    One,
    Two,
}

/// One process followed another. When it is one that was followed before, both are alive.
///
/// # Errors
/// 409 for a poll that the process before made before it was followed, and that arrived late.
async fn change_boot(
    write: &mut Write,
    id: &str,
    before: &str,
    boot: &str,
    is_later: bool,
    now: DateTime<Utc>,
) -> Result<Copies, Refused> {
    let was_followed: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM past_boot WHERE installation = $1 AND boot = $2")
            .bind(id)
            .bind(boot)
            .fetch_optional(&mut **write)
            .await?;
    if was_followed.is_some() && !is_later {
        return Err(Refused::poll_replaced());
    }
    sqlx::query("DELETE FROM past_boot WHERE installation = $1 AND ended_at < $2")
        .bind(id)
        .bind(millis(now - REMEMBERED))
        .execute(&mut **write)
        .await?;
    sqlx::query(
        "INSERT INTO past_boot (installation, boot, ended_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(before)
    .bind(millis(now))
    .execute(&mut **write)
    .await?;
    Ok(if was_followed.is_some() { Copies::Two } else { Copies::One })
}

/// Neither copy gets licenses or assistance until a help-desk user has looked.
async fn quarantine(write: &mut Write, id: &str) -> Result<(), sqlx::Error> {
    let changed = sqlx::query(
        "UPDATE installation SET state = 'quarantined', quarantine = 'clone' WHERE id = $1 AND state = 'active'",
    )
    .bind(id)
    .execute(&mut **write)
    .await?;
    if changed.rows_affected() > 0 {
        tracing::warn!(installation = id, "two copies are at work: quarantined");
    }
    Ok(())
}

/// Asking with a cursor acknowledges all up to it. One that was never issued, or lies before what
/// was acknowledged, comes from another past: the installation starts anew from the current state.
async fn acknowledge(write: &mut Write, id: &str, last: &Last, cursor: i64) -> Result<(), sqlx::Error> {
    if cursor == last.acked_seq {
        return Ok(());
    }
    sqlx::query("DELETE FROM event WHERE installation = $1 AND seq <= $2")
        .bind(id)
        .bind(cursor)
        .execute(&mut **write)
        .await?;
    if cursor < last.acked_seq || cursor > last.last_seq {
        events::tell(write, id, &EventKind::Resync, None).await?;
    }
    Ok(())
}
