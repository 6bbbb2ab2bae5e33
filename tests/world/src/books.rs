//! The back office's database, as its operator or a thief can read and change it.

use std::path::Path;

use back_office::EventKind;
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

    /// The envelope of a license, as it is published to installations.
    pub async fn envelope(&self, license: &SignedLicense) -> Vec<u8> {
        sqlx::query_scalar("SELECT envelope FROM license WHERE offer = $1")
            .bind(license.digest().to_string())
            .fetch_one(&self.0)
            .await
            .expect("a published license")
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

/// What the back office knows about a request for assistance.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Asked {
    /// The signed request id.
    pub id: String,
    /// The answer, as soon as there is one.
    pub decision: Option<String>,
    /// Why.
    pub decision_reason: Option<String>,
    /// `started` or `ended`.
    pub session: Option<String>,
    /// Why it ended.
    pub session_reason: Option<String>,
    /// Where the helper joins.
    pub supporter_link: Option<String>,
}

impl Books {
    /// The installation that is in force under a serial number.
    pub async fn installation(&self, serial_number: &str) -> String {
        let find = "SELECT id FROM installation WHERE serial_number = $1 AND state = 'active'";
        sqlx::query_scalar(find).bind(serial_number).fetch_one(&self.0).await.expect("an installation")
    }

    /// All requests for assistance that the help desk made, the oldest first.
    pub async fn asked(&self) -> Vec<Asked> {
        let list = "SELECT id, decision, decision_reason, session, session_reason, supporter_link
                    FROM assistance_request ORDER BY issued_at";
        sqlx::query_as(list).fetch_all(&self.0).await.expect("a readable database")
    }

    /// The lines of the audit that an installation has handed in.
    pub async fn audit(&self, installation: &str) -> Vec<String> {
        let list = "SELECT line FROM audit_record WHERE installation = $1 ORDER BY seq";
        sqlx::query_scalar(list).bind(installation).fetch_all(&self.0).await.expect("a readable database")
    }

    /// The key of an installation that the back office believes now, in hex.
    pub async fn key(&self, installation: &str) -> String {
        let find = "SELECT public_key FROM installation WHERE id = $1";
        sqlx::query_scalar(find).bind(installation).fetch_one(&self.0).await.expect("an installation")
    }

    /// Makes what an installation said of itself older than any page believes.
    pub async fn forget_presence(&self, installation: &str) {
        let forget = "UPDATE installation SET presence_at = 0 WHERE id = $1";
        sqlx::query(forget).bind(installation).execute(&self.0).await.expect("a writable database");
    }

    /// Sends events down the held poll without any of the checks that the back office makes.
    pub async fn send_unchecked(&self, installation: &str, events: &[EventKind]) {
        let mut all = self.0.begin().await.expect("a transaction");
        for event in events {
            let seq: i64 = sqlx::query_scalar(
                "UPDATE installation SET last_seq = last_seq + 1 WHERE id = $1 RETURNING last_seq",
            )
            .bind(installation)
            .fetch_one(&mut *all)
            .await
            .expect("an installation");
            sqlx::query("INSERT INTO event (installation, seq, kind) VALUES ($1, $2, $3)")
                .bind(installation)
                .bind(seq)
                .bind(serde_json::to_string(event).expect("an event"))
                .execute(&mut *all)
                .await
                .expect("a stored event");
        }
        sqlx::query("INSERT INTO news (installation) VALUES ($1) ON CONFLICT DO NOTHING")
            .bind(installation)
            .execute(&mut *all)
            .await
            .expect("stored news");
        all.commit().await.expect("a commit");
    }
}

impl SignedLicense {
    /// The license digest: SHA-256 of what is signed.
    pub fn digest(&self) -> Digest {
        Envelope::parse(&self.envelope).expect("an envelope").digest()
    }
}
