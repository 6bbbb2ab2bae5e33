//! `PUT /v1/assistance-requests/{id}/decision` and `…/session`: what the customer said, and what came of it.
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use back_office::{Decision, Scope, SessionReport};
use chrono::{DateTime, Utc};

use crate::answer::{Refused, code};
use crate::clock;
use crate::document::Problems;
use crate::office::Office;
use crate::signed::Member;
use crate::store::{Write, millis};

/// The longest link, in bytes.
const MAX_LINK: usize = 2048;

/// A decision as the database has it.
struct Decided {
    decision: &'static str,
    reason: Option<String>,
    scopes: Option<String>,
    ends_at: Option<DateTime<Utc>>,
}

/// Takes down what the customer decided; the same again changes nothing, another is refused.
#[utoipa::path(
    put, path = "/v1/assistance-requests/{id}/decision", tag = "installation", security(("signature" = [])), request_body = Decision,
    params(("id" = String, Path, pattern = "^[0-9a-f]{32}$", description = "The signed request_id")),
    responses(
        (status = 204, description = "Taken"),
        Problems,
    )
)]
pub(crate) async fn decision(
    State(office): State<Arc<Office>>,
    member: Member,
    Path(id): Path<String>,
) -> Result<StatusCode, Refused> {
    let decided = decided(member.asked.json()?)?;
    let mut write = member.change(&office).await?;
    known(&mut write, &id, &member.installation.id).await?;
    let taken = sqlx::query(
        "UPDATE assistance_request SET decision = $2, decision_reason = $3, granted_scopes = $4, ends_at = $5,
             changed_at = $6 WHERE id = $1 AND (decision IS NULL OR decision = $2)",
    )
    .bind(&id)
    .bind(decided.decision)
    .bind(decided.reason)
    .bind(decided.scopes)
    .bind(decided.ends_at.map(millis))
    .bind(millis(clock::now()))
    .execute(&mut *write)
    .await?;
    write.commit().await?;
    done(taken.rows_affected(), "another decision is on record")
}

/// Takes down that a session has started or ended.
#[utoipa::path(
    put, path = "/v1/assistance-requests/{id}/session", tag = "installation", security(("signature" = [])), request_body = SessionReport,
    params(("id" = String, Path, pattern = "^[0-9a-f]{32}$", description = "The signed request_id")),
    responses(
        (status = 204, description = "Taken"),
        Problems,
    )
)]
pub(crate) async fn session(
    State(office): State<Arc<Office>>,
    member: Member,
    Path(id): Path<String>,
) -> Result<StatusCode, Refused> {
    let (session, reason, link) = match member.asked.json()? {
        SessionReport::Started { supporter_link } => {
            ("started", None, supporter_link.map(|link| link.0).filter(|link| is_link(link)))
        }
        SessionReport::Ended { reason } => ("ended", Some(code(reason)?), None),
        _ => return Err(Refused::bad("malformed", "unknown session state")),
    };
    let mut write = member.change(&office).await?;
    known(&mut write, &id, &member.installation.id).await?;
    // The link lets its holder join, so it goes with the session.
    let taken = sqlx::query(
        "UPDATE assistance_request SET session = $2, session_reason = $3, supporter_link = $4, changed_at = $5
         WHERE id = $1 AND decision = 'granted' AND (session IS NULL OR session = 'started' OR session = $2)",
    )
    .bind(&id)
    .bind(session)
    .bind(reason)
    .bind(link)
    .bind(millis(clock::now()))
    .execute(&mut *write)
    .await?;
    write.commit().await?;
    done(taken.rows_affected(), "the request was not granted, or its session is over")
}

/// Makes sure that the installation was asked that.
async fn known(write: &mut Write, id: &str, installation: &str) -> Result<(), Refused> {
    let found: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM assistance_request WHERE id = $1 AND installation = $2")
            .bind(id)
            .bind(installation)
            .fetch_optional(&mut **write)
            .await?;
    found.map(|_| ()).ok_or_else(Refused::not_found)
}

fn done(rows: u64, title: &'static str) -> Result<StatusCode, Refused> {
    if rows == 0 { Err(Refused::conflict("out_of_order", title)) } else { Ok(StatusCode::NO_CONTENT) }
}

fn decided(decision: Decision) -> Result<Decided, Refused> {
    let plain = |decision, reason: Option<String>| {
        Ok(Decided { decision, reason: reason.map(code).transpose()?, scopes: None, ends_at: None })
    };
    match decision {
        Decision::Granted { scopes, ends_at } => Ok(Decided {
            decision: "granted",
            reason: None,
            scopes: Some(scopes.into_iter().map(name).collect::<Vec<_>>().join(" ")),
            ends_at: Some(ends_at),
        }),
        Decision::Denied { reason } => plain("denied", reason),
        Decision::TimedOut => plain("timed_out", None),
        Decision::Blocked { reason } => plain("blocked", reason),
        _ => Err(Refused::bad("malformed", "unknown decision")),
    }
}

/// The scope's name on the wire.
fn name(scope: Scope) -> &'static str {
    match scope {
        Scope::View => "view",
        Scope::Control => "control",
        Scope::FileTransfer => "file_transfer",
        Scope::Vpn => "vpn",
    }
}

/// Whether a help-desk page may show it as a link: a provider's address, never a script.
fn is_link(link: &str) -> bool {
    link.len() <= MAX_LINK && url::Url::parse(link).is_ok_and(|url| url.scheme() == "https")
}
