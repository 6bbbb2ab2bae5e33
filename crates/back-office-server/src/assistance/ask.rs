//! Asking an installation for assistance, and taking a request back.
use back_office::{CarriedEnvelope, EventKind};
use chrono::TimeDelta;
use remote_assistance::{REQUEST_LIFE, RequestDocument, RequestId, Scopes};

use crate::office::Office;
use crate::store::millis;
use crate::{Error, clock, events, random};

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct Requester {
    pub(crate) account: String,
    pub(crate) name: String,
    pub(crate) organization: String,
    pub(crate) organization_name: String,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) ticket: String,
    pub(crate) reason: String,
    pub(crate) scopes: Scopes,
    pub(crate) minutes: u32,
}

/// Signs a request, keeps it and sends it down the poll of `installation`.
///
/// # Errors
/// [`Error::UnknownInstallation`] when the organization has no such installation in force,
/// [`Error::RequestPending`] while another request waits for its answer, [`Error::Request`] for a field that the
/// installation would not accept.
pub(crate) async fn ask(
    office: &Office,
    requester: &Requester,
    installation: &str,
    wanted: Wanted,
) -> Result<String, Error> {
    let now = clock::now();
    let document = RequestDocument {
        request_id: RequestId::from_bytes(random::bytes()?),
        installation_id: installation.to_owned(),
        requester_id: requester.account.clone(),
        requester_name: requester.name.clone(),
        organization: requester.organization_name.clone(),
        ticket: wanted.ticket.trim().to_owned(),
        // Browsers send CRLF between lines.
        reason: wanted.reason.trim().replace("\r\n", "\n"),
        scopes: wanted.scopes,
        duration_minutes: wanted.minutes,
        issued_at: now,
        expires_at: now + REQUEST_LIFE,
    };
    let envelope = document.sign(&[&office.identity.signing_key])?;
    let mut write = office.store.write().await?;
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM installation WHERE id = $1 AND organization = $2 AND state = 'active'",
    )
    .bind(installation)
    .bind(&requester.organization)
    .fetch_optional(&mut *write)
    .await?;
    found.ok_or(Error::UnknownInstallation)?;
    let pending: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM assistance_request
         WHERE installation = $1 AND decision IS NULL AND withdrawn_at IS NULL AND expires_at > $2 LIMIT 1",
    )
    .bind(installation)
    .bind(millis(now))
    .fetch_optional(&mut *write)
    .await?;
    if pending.is_some() {
        return Err(Error::RequestPending);
    }
    let id = document.request_id.to_string();
    let scopes: Vec<&str> = document.scopes.iter().map(|scope| scope.name()).collect();
    sqlx::query(
        "INSERT INTO assistance_request (id, installation, requester, ticket, reason, scopes, minutes,
             issued_at, expires_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8)",
    )
    .bind(&id)
    .bind(installation)
    .bind(&requester.account)
    .bind(&document.ticket)
    .bind(&document.reason)
    .bind(scopes.join(" "))
    .bind(i64::from(document.duration_minutes))
    .bind(millis(now))
    .bind(millis(document.expires_at))
    .execute(&mut *write)
    .await?;
    let request = EventKind::AssistanceRequested { request: CarriedEnvelope::from(&envelope) };
    events::tell(&mut write, installation, &request, Some(document.expires_at)).await?;
    office.administration.bell().commit(write, &[installation.to_owned()]).await?;
    tracing::info!(installation, request = id, "assistance requested");
    Ok(id)
}

/// How long a withdrawal is delivered: as long as a session can last, and the request before it.
const WITHDRAWAL_LIFE: TimeDelta = TimeDelta::hours(169);

/// Takes a request back; a session that came of it ends.
///
/// # Errors
/// [`Error::UnknownRequest`] when the organization has no such request, or it is over.
pub(crate) async fn withdraw(office: &Office, organization: &str, request: &str) -> Result<(), Error> {
    let now = clock::now();
    let mut write = office.store.write().await?;
    let installation: Option<String> = sqlx::query_scalar(
        "UPDATE assistance_request SET withdrawn_at = $3, changed_at = $3
         WHERE id = $1 AND withdrawn_at IS NULL AND (session IS NULL OR session <> 'ended')
           AND installation IN (SELECT id FROM installation WHERE organization = $2)
         RETURNING installation",
    )
    .bind(request)
    .bind(organization)
    .bind(millis(now))
    .fetch_optional(&mut *write)
    .await?;
    let installation = installation.ok_or(Error::UnknownRequest)?;
    let withdrawn = EventKind::AssistanceWithdrawn { request_id: request.to_owned() };
    events::tell(&mut write, &installation, &withdrawn, Some(now + WITHDRAWAL_LIFE)).await?;
    Ok(office.administration.bell().commit(write, &[installation]).await?)
}
