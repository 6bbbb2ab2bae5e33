//! An enrolled installation: one customer's product, bound to one key.
use signed_envelope::{KeyId, PublicKey};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row, Sqlite};

/// Whether the help desk lets an installation take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Every call is open.
    Active,
    /// It may only poll, and waits for a help-desk user.
    Quarantined,
    /// Nothing is open any more.
    Revoked,
}

impl State {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Quarantined => "quarantined",
            Self::Revoked => "revoked",
        }
    }

    fn read(text: &str) -> Result<Self, sqlx::Error> {
        [Self::Active, Self::Quarantined, Self::Revoked]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| sqlx::Error::Decode(format!("unknown state {text:?}").into()))
    }
}

/// What a request is answered by.
#[derive(Clone, Debug)]
pub(crate) struct Installation {
    pub(crate) id: String,
    pub(crate) organization: String,
    pub(crate) serial_number: String,
    pub(crate) public_key: PublicKey,
    pub(crate) state: State,
}

impl Installation {
    /// The installation that is bound to a key.
    pub(crate) async fn by_key<'c>(
        reader: impl sqlx::Executor<'c, Database = Sqlite>,
        key_id: &KeyId,
    ) -> Result<Option<Self>, sqlx::Error> {
        sqlx::query_as(
            "SELECT id, organization, serial_number, public_key, state FROM installation WHERE key_id = $1",
        )
        .bind(key_id.to_string())
        .fetch_optional(reader)
        .await
    }
}

impl FromRow<'_, SqliteRow> for Installation {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let key: String = row.try_get("public_key")?;
        Ok(Self {
            id: row.try_get("id")?,
            organization: row.try_get("organization")?,
            serial_number: row.try_get("serial_number")?,
            public_key: key.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            state: State::read(row.try_get("state")?)?,
        })
    }
}
