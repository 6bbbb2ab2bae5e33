//! The database: one writer at a time, many readers, one SQL text for SQLite and PostgreSQL.
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};
use sqlx::{Sqlite, Transaction};

use crate::Error;

/// A transaction that holds the one writing connection.
pub(crate) type Write = Transaction<'static, Sqlite>;

/// How long a writer waits for one in another process (an operator's command beside the server).
const BUSY: Duration = Duration::from_secs(5);

/// Readers; WAL lets them read while one writes.
const READERS: u32 = 4;
/// The cache of a reader: 512 KiB (a negative number counts KiB) in place of 2 MiB. All of them would fill it with the
/// same pages, which the system holds once for all.
const READER_CACHE: &str = "-512";

/// Handles to the database; clones share the connections.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Store {
    /// Opens (or makes) the database and brings its tables up to date.
    pub(crate) async fn open(url: &str) -> Result<Self, Error> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .foreign_keys(true)
            .busy_timeout(BUSY);
        // One connection and the pool's fair queue: SQLite's own waiting is a sleep without order.
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        sqlx::migrate!().run(&writer).await.map_err(|error| Error::Database { source: error.into() })?;
        let options = options.pragma("cache_size", READER_CACHE);
        let readers = SqlitePoolOptions::new().max_connections(READERS).connect_with(options).await?;
        Ok(Self { writer, readers })
    }

    /// Starts a transaction whose commit survives a power failure: for everything that is promised to somebody.
    pub(crate) async fn write(&self) -> Result<Write, sqlx::Error> {
        self.writer.begin_with("PRAGMA synchronous = FULL; BEGIN IMMEDIATE").await
    }

    /// Starts a transaction whose commit survives a crash of the process, but may be lost with the
    /// power: for what is written at every poll and comes again by itself.
    pub(crate) async fn note(&self) -> Result<Write, sqlx::Error> {
        self.writer.begin_with("PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE").await
    }

    /// For reading.
    pub(crate) fn read(&self) -> &SqlitePool {
        &self.readers
    }

    /// Waits for running statements and closes the files.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// A time as the database holds it.
pub(crate) fn millis(time: DateTime<Utc>) -> i64 {
    time.timestamp_millis()
}

/// A time read back; what no clock can show counts as the beginning of time.
pub(crate) fn time(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}
