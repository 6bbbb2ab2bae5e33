//! Sessions: a random cookie, stored hashed, that ends after a day's work or an hour of silence.
use axum::http::{HeaderMap, HeaderValue, header};
use chrono::{DateTime, TimeDelta, Utc};
use signed_envelope::Digest;

use crate::store::{Store, millis};
use crate::{Error, random};

/// The prefix binds a cookie to this very host, over TLS (RFC 6265bis, section 4.1.3.2).
pub(super) const COOKIE: &str = "__Host-session";
/// The longest session.
const LONGEST: TimeDelta = TimeDelta::hours(10);
/// The longest silence in a session.
const SILENCE: TimeDelta = TimeDelta::minutes(60);
/// How often activity is written down.
const NOTED: TimeDelta = TimeDelta::minutes(1);

/// An open session and whose it is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Session {
    pub(super) hash: String,
    pub(super) csrf: String,
    pub(super) seen_at: i64,
    pub(super) account: String,
    pub(super) name: String,
    pub(super) role: String,
    pub(super) organization: String,
    pub(super) organization_name: String,
}

/// Opens a session; what comes out is the value of its cookie.
pub(super) async fn open(store: &Store, account: &str, now: DateTime<Utc>) -> Result<String, Error> {
    let (cookie, csrf) = (random::secret()?, random::secret()?);
    let mut write = store.write().await?;
    sqlx::query("INSERT INTO session (hash, account, csrf, created_at, seen_at) VALUES ($1, $2, $3, $4, $4)")
        .bind(hash(&cookie))
        .bind(account)
        .bind(csrf)
        .bind(millis(now))
        .execute(&mut *write)
        .await?;
    write.commit().await?;
    Ok(cookie)
}

/// The session behind a cookie, if it is open at `now`.
pub(super) async fn find(
    store: &Store,
    cookie: &str,
    now: DateTime<Utc>,
) -> Result<Option<Session>, sqlx::Error> {
    let found: Option<Session> = sqlx::query_as(
        "SELECT s.hash, s.csrf, s.seen_at, a.id AS account, a.name, a.role,
                o.id AS organization, o.name AS organization_name
         FROM session s JOIN account a ON a.id = s.account JOIN organization o ON o.id = a.organization
         WHERE s.hash = $1 AND s.created_at > $2 AND s.seen_at > $3",
    )
    .bind(hash(cookie))
    .bind(millis(now - LONGEST))
    .bind(millis(now - SILENCE))
    .fetch_optional(store.read())
    .await?;
    if let Some(session) = &found
        && session.seen_at < millis(now - NOTED)
    {
        let mut write = store.note().await?;
        sqlx::query("UPDATE session SET seen_at = $2 WHERE hash = $1")
            .bind(&session.hash)
            .bind(millis(now))
            .execute(&mut *write)
            .await?;
        write.commit().await?;
    }
    Ok(found)
}

/// Ends the session behind a cookie, if there is one.
pub(super) async fn close(store: &Store, cookie: &str) -> Result<(), sqlx::Error> {
    let mut write = store.write().await?;
    sqlx::query("DELETE FROM session WHERE hash = $1").bind(hash(cookie)).execute(&mut *write).await?;
    write.commit().await
}

/// Forgets sessions that are over.
pub(crate) async fn sweep(store: &Store, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut write = store.note().await?;
    sqlx::query("DELETE FROM session WHERE created_at <= $1 OR seen_at <= $2")
        .bind(millis(now - LONGEST))
        .bind(millis(now - SILENCE))
        .execute(&mut *write)
        .await?;
    write.commit().await
}

fn hash(cookie: &str) -> String {
    Digest::of(cookie.as_bytes()).to_string()
}

/// The value of a cookie of the request.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

/// A `Set-Cookie` value; an empty `value` takes the cookie back.
pub(super) fn set_cookie(name: &str, value: &str) -> Option<HeaderValue> {
    let age = if value.is_empty() { "; Max-Age=0" } else { "" };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict{age}")).ok()
}
