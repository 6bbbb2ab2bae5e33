//! How installations learn that they have news, wherever their poll is held.
use crate::lines::Lines;
use crate::store::{Store, Write};

/// Tells installations to look again after a commit.
#[derive(Clone, Debug)]
pub(crate) enum Bell {
    /// Polls are held in this process.
    Here(Lines),
    /// Polls are held by another process on the same database: it reads the table `news`.
    Elsewhere,
}

impl Bell {
    /// Commits, and then rings for each of `installations`.
    pub(crate) async fn commit(&self, mut write: Write, installations: &[String]) -> Result<(), sqlx::Error> {
        match self {
            Self::Here(lines) => {
                write.commit().await?;
                installations.iter().for_each(|installation| lines.ring(installation));
                Ok(())
            }
            Self::Elsewhere => {
                for installation in installations {
                    sqlx::query("INSERT INTO news (installation) VALUES ($1) ON CONFLICT DO NOTHING")
                        .bind(installation)
                        .execute(&mut *write)
                        .await?;
                }
                write.commit().await
            }
        }
    }
}

/// Rings for what other processes have left in the table `news`.
pub(crate) async fn collect(store: &Store, lines: &Lines) -> Result<(), sqlx::Error> {
    let left: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM news LIMIT 1").fetch_optional(store.read()).await?;
    if left.is_none() {
        return Ok(());
    }
    let mut write = store.note().await?;
    let installations: Vec<String> =
        sqlx::query_scalar("DELETE FROM news RETURNING installation").fetch_all(&mut *write).await?;
    write.commit().await?;
    installations.iter().for_each(|installation| lines.ring(installation));
    Ok(())
}
