//! One installation.
mod requests;

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use tokio::time::Instant;

use self::requests::{Asked, Stage};
use super::page::{Failure, Frame, page};
use super::row::{self, Light, Seen};
use super::visitor::Visitor;
use super::words;
use crate::clock;
use crate::office::Office;
use crate::probes::Round;
use crate::store::time;

/// How long a page waits for the answer to its probe.
const AT_ONCE: Duration = Duration::from_millis(250);
/// How long a script waits for it.
const LATE: Duration = Duration::from_secs(3);

/// What happened before the page was shown again.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Told {
    told: String,
}

/// How the audit of the installation stands.
#[derive(Debug, Default, sqlx::FromRow)]
struct Audit {
    records: i64,
    broken_at: Option<i64>,
}

#[derive(Template)]
#[template(path = "installation.html")]
struct InstallationPage {
    frame: Frame,
    seen: Seen,
    requests: Vec<Asked>,
    audit: Audit,
    told: Option<Sentence>,
}

#[derive(Template)]
#[template(path = "live.html")]
struct LivePart {
    visitor: Visitor,
    seen: Seen,
    requests: Vec<Asked>,
}

/// The page of an installation; opening it asks whether it is alive.
pub(super) async fn show(
    State(office): State<Arc<Office>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(told): Query<Told>,
) -> Result<Response, Failure> {
    let seen = probed(&office, &visitor, &id, AT_ONCE).await?;
    let requests = requests::list(&office, &id).await?;
    let audit: Option<Audit> =
        sqlx::query_as("SELECT records, broken_at FROM audit_head WHERE installation = $1")
            .bind(&id)
            .fetch_optional(office.store.read())
            .await?;
    let frame = Frame::new(&office, visitor).await?;
    let (audit, told) = (audit.unwrap_or_default(), sentence(&told.told));
    Ok(page(StatusCode::OK, &InstallationPage { frame, seen, requests, audit, told }))
}

/// The part of the page that changes by itself: for the script.
pub(super) async fn live(
    State(office): State<Arc<Office>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let seen = probed(&office, &visitor, &id, LATE).await?;
    let requests = requests::list(&office, &id).await?;
    Ok(page(StatusCode::OK, &LivePart { visitor, seen, requests }))
}

/// The records of the audit, byte for byte, for `remote-service assistance audit verify`.
pub(super) async fn audit(
    State(office): State<Arc<Office>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    row::find(&office, &visitor.organization, &id).await?;
    let lines: Vec<String> =
        sqlx::query_scalar("SELECT line FROM audit_record WHERE installation = $1 ORDER BY seq")
            .bind(&id)
            .fetch_all(office.store.read())
            .await?;
    let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.jsonl\""),
    ];
    Ok((headers, text).into_response())
}

async fn probed(office: &Office, visitor: &Visitor, id: &str, patience: Duration) -> Result<Seen, Failure> {
    let seen = Seen::new(office, row::find(office, &visitor.organization, id).await?, clock::now());
    if seen.light != Light::Asking {
        return Ok(seen);
    }
    Round::send(office, &[id.to_owned()]).await?.all(Instant::now() + patience).await;
    Ok(Seen::new(office, row::find(office, &visitor.organization, id).await?, clock::now()))
}

/// What happened, in words.
struct Sentence {
    text: &'static str,
    is_problem: bool,
}

/// What the address bar may say happened; anything else says nothing.
fn sentence(told: &str) -> Option<Sentence> {
    let (text, is_problem) = match told {
        "asked" => ("The customer has been asked. The decision appears below.", false),
        "withdrawn" => ("The request was taken back. A session that came of it ends.", false),
        "approved" => ("The installation is approved.", false),
        "revoked" => ("The installation is revoked.", false),
        "pending" => ("The request was not sent: another one still waits for the customer's answer.", true),
        "field" => {
            let how = "The request was not sent: give a reason of at most 500 characters and at least one permission.";
            (how, true)
        }
        "gone" => ("Nothing was changed: the installation or the request is no longer what it was.", true),
        _ => return None,
    };
    Some(Sentence { text, is_problem })
}

impl InstallationPage {
    /// Whether the customer is being asked: without scripts the page then loads itself again. Not at other times, when
    /// somebody may be writing into its form.
    fn is_pending(&self) -> bool {
        self.requests.iter().any(|request| request.stage() == Stage::Pending)
    }

    fn broken(&self) -> Option<String> {
        self.audit.broken_at.map(|at| words::moment(time(at)))
    }
}
