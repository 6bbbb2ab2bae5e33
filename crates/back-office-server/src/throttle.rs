//! Failed attempts: each further one costs a doubled wait.
//!
//! Counted per subject (an organization, an account, a network address), in the database, so that
//! neither a restart nor a second node forgets them. Only enrolment and login are ever locked.
use chrono::{DateTime, TimeDelta, Utc};

use crate::store::{Store, millis, time};

/// Mistypings that cost nothing.
const FREE: i64 = 5;
/// The first wait.
const FIRST: TimeDelta = TimeDelta::seconds(1);
/// The longest wait.
const LONGEST: TimeDelta = TimeDelta::minutes(15);
/// After so long without a failure, a subject starts anew.
const FORGOTTEN: TimeDelta = TimeDelta::hours(24);

/// The wait after the `failures`-th failure: nothing for the first five, then 1 s, 2 s, 4 s … 15 min.
fn wait(failures: i64) -> TimeDelta {
    match failures - FREE {
        ..=0 => TimeDelta::zero(),
        beyond => (FIRST * (1 << (beyond - 1).min(20))).min(LONGEST),
    }
}

/// Until when any of the `subjects` is locked; `None`: none is.
pub(crate) async fn locked_until(
    store: &Store,
    subjects: &[String],
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let mut latest = None;
    for subject in subjects {
        let row: Option<(i64, i64)> =
            sqlx::query_as("SELECT failures, failed_at FROM throttle WHERE subject = $1")
                .bind(subject)
                .fetch_optional(store.read())
                .await?;
        if let Some((failures, failed_at)) = row {
            latest = latest.max(Some(time(failed_at) + wait(failures)));
        }
    }
    Ok(latest.filter(|until| *until > now))
}

/// Counts one failure for each of the `subjects`.
pub(crate) async fn failed(
    store: &Store,
    subjects: &[String],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let mut write = store.note().await?;
    for subject in subjects {
        sqlx::query(
            "INSERT INTO throttle (subject, failures, failed_at) VALUES ($1, 1, $2)
             ON CONFLICT (subject) DO UPDATE SET failed_at = $2,
                 failures = CASE WHEN throttle.failed_at < $3 THEN 1 ELSE throttle.failures + 1 END",
        )
        .bind(subject)
        .bind(millis(now))
        .bind(millis(now - FORGOTTEN))
        .execute(&mut *write)
        .await?;
    }
    write.commit().await
}

/// Forgets the failures of a subject that has proved to be genuine.
pub(crate) async fn forgive(store: &Store, subject: &str) -> Result<(), sqlx::Error> {
    let mut write = store.note().await?;
    sqlx::query("DELETE FROM throttle WHERE subject = $1").bind(subject).execute(&mut *write).await?;
    write.commit().await
}

/// Forgets subjects that have been quiet for a day.
pub(crate) async fn sweep(store: &Store, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut write = store.note().await?;
    sqlx::query("DELETE FROM throttle WHERE failed_at < $1")
        .bind(millis(now - FORGOTTEN))
        .execute(&mut *write)
        .await?;
    write.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_starts_after_five_failures_doubles_and_ends_at_a_quarter_of_an_hour() {
        for (failures, seconds) in
            [(0, 0), (5, 0), (6, 1), (7, 2), (8, 4), (15, 512), (16, 900), (i64::MAX, 900)]
        {
            assert_eq!(wait(failures).num_seconds(), seconds, "after {failures}");
        }
    }

    #[tokio::test]
    async fn a_day_of_quiet_starts_anew() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("db").display());
        let store = Store::open(&url).await.unwrap();
        let subjects = ["organization SO-1".to_owned()];
        let now = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
        for _ in 0..8 {
            failed(&store, &subjects, now).await.unwrap();
        }
        let until = locked_until(&store, &subjects, now).await.unwrap().unwrap();
        assert_eq!((until - now).num_seconds(), 4);
        assert_eq!(locked_until(&store, &subjects, until).await.unwrap(), None);
        let next_day = now + TimeDelta::hours(25);
        failed(&store, &subjects, next_day).await.unwrap();
        assert_eq!(locked_until(&store, &subjects, next_day).await.unwrap(), None);
    }
}
