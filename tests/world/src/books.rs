//! The back office's database, as its operator or a thief can read and change it.

use std::path::Path;

use signed_envelope::{Digest, Envelope};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::SignedLicense;

/// The database beside a running back office.
#[derive(Debug)]
pub struct Books(SqlitePool);

impl Books {
    pub(crate) async fn open(database: &Path) -> Self {
        Self(
            SqlitePool::connect_with(SqliteConnectOptions::new().filename(database))
                .await
                .expect("a database"),
        )
    }

    /// The newest state that any installation reported for this license, and why.
    pub async fn offer_state(&self, license: &SignedLicense) -> Option<(String, Option<String>)> {
        sqlx::query_as(
            "SELECT state, reason FROM offer_state WHERE offer = $1 ORDER BY changed_at DESC LIMIT 1",
        )
        .bind(license.digest().to_string())
        .fetch_optional(&self.0)
        .await
        .expect("a readable database")
    }

    /// Offers this license under a serial number without any of the checks that publishing makes.
    pub async fn offer_unchecked(&self, serial_number: &str, license: &SignedLicense) {
        let offer = license.digest().to_string();
        let store = "INSERT INTO license SELECT organization, $1, serial_number, sequence, $2, $3, $4, NULL, published_at \
                     FROM license WHERE serial_number = $5 ORDER BY published_at DESC LIMIT 1 \
                     ON CONFLICT (organization, offer) DO UPDATE SET file = excluded.file, envelope = excluded.envelope";
        sqlx::query(store)
            .bind(&offer)
            .bind(Digest::of(&license.file).to_string())
            .bind(&license.envelope)
            .bind(&license.file)
            .bind(serial_number)
            .execute(&self.0)
            .await
            .expect("a stored license");
        sqlx::query("UPDATE serial_number SET offer = $1 WHERE serial_number = $2")
            .bind(&offer)
            .bind(serial_number)
            .execute(&self.0)
            .await
            .expect("an offered license");
    }

    /// How many installations are enrolled under a serial number.
    pub async fn installations(&self, serial_number: &str) -> i64 {
        sqlx::query_scalar("SELECT COUNT(*) FROM installation WHERE serial_number = $1")
            .bind(serial_number)
            .fetch_one(&self.0)
            .await
            .expect("a readable database")
    }
}

impl SignedLicense {
    /// The license digest: SHA-256 of what is signed.
    pub fn digest(&self) -> Digest {
        Envelope::parse(&self.envelope).expect("an envelope").digest()
    }
}
