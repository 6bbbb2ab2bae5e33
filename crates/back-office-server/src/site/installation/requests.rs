//! The requests for assistance of an installation, and what came of them.
use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::super::words;
use crate::clock;
use crate::office::Office;
use crate::store::time;

/// How many a page shows, the newest first.
const SHOWN: i64 = 20;

#[derive(Debug, FromRow)]
struct Row {
    id: String,
    requester: String,
    ticket: String,
    reason: String,
    scopes: String,
    minutes: i64,
    issued_at: i64,
    expires_at: i64,
    withdrawn_at: Option<i64>,
    decision: Option<String>,
    decision_reason: Option<String>,
    granted_scopes: Option<String>,
    ends_at: Option<i64>,
    session: Option<String>,
    session_reason: Option<String>,
    supporter_link: Option<String>,
}

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The customer is being asked.
    Pending,
    /// Allowed; the session is being set up.
    Granted,
    /// The helper may join.
    Running,
    /// Nothing more comes of it.
    Over,
}

/// A request with what came of it.
#[derive(Debug)]
pub(super) struct Asked {
    row: Row,
    now: DateTime<Utc>,
}

/// The newest requests to an installation; whose it is was checked before.
pub(super) async fn list(office: &Office, installation: &str) -> Result<Vec<Asked>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT r.id, a.name AS requester, r.ticket, r.reason, r.scopes, r.minutes, r.issued_at, r.expires_at,
                r.withdrawn_at, r.decision, r.decision_reason, r.granted_scopes, r.ends_at, r.session,
                r.session_reason, r.supporter_link
         FROM assistance_request r JOIN account a ON a.id = r.requester
         WHERE r.installation = $1 ORDER BY r.issued_at DESC LIMIT $2",
    )
    .bind(installation)
    .bind(SHOWN)
    .fetch_all(office.store.read())
    .await?;
    let now = clock::now();
    Ok(rows.into_iter().map(|row| Asked { row, now }).collect())
}

impl Asked {
    pub(super) fn id(&self) -> &str {
        &self.row.id
    }

    pub(super) fn requester(&self) -> &str {
        &self.row.requester
    }

    pub(super) fn ticket(&self) -> &str {
        &self.row.ticket
    }

    pub(super) fn reason(&self) -> &str {
        &self.row.reason
    }

    pub(super) fn asked_at(&self) -> DateTime<Utc> {
        time(self.row.issued_at)
    }

    pub(super) fn wanted(&self) -> String {
        format!("{}, {}", scopes(&self.row.scopes), words::duration(self.row.minutes))
    }

    pub(super) fn stage(&self) -> Stage {
        let row = &self.row;
        let is_past = |at: Option<i64>| at.is_some_and(|at| time(at) < self.now);
        match (row.decision.as_deref(), row.session.as_deref()) {
            _ if row.withdrawn_at.is_some() => Stage::Over,
            (None, _) if is_past(Some(row.expires_at)) => Stage::Over,
            (None, _) => Stage::Pending,
            (Some("granted"), Some("ended")) => Stage::Over,
            (Some("granted"), _) if is_past(row.ends_at) => Stage::Over,
            (Some("granted"), None) => Stage::Granted,
            (Some("granted"), Some(_)) => Stage::Running,
            (Some(_), _) => Stage::Over,
        }
    }

    /// What came of it, in a sentence.
    pub(super) fn outcome(&self) -> String {
        let row = &self.row;
        let because = |reason: &Option<String>| {
            reason.as_ref().map_or_else(String::new, |reason| format!(": {}", reason.replace('_', " ")))
        };
        match (row.decision.as_deref(), row.session.as_deref()) {
            (_, Some("ended")) => format!("Ended{}", because(&row.session_reason)),
            _ if row.withdrawn_at.is_some() => "Taken back".to_owned(),
            (None, _) if self.stage() == Stage::Over => "No answer".to_owned(),
            (None, _) => "The customer is being asked …".to_owned(),
            (Some("granted"), Some(_)) if self.stage() == Stage::Running => "Session runs".to_owned(),
            (Some("granted"), None) if self.stage() == Stage::Granted => "Allowed".to_owned(),
            (Some("granted"), _) => "Over".to_owned(),
            (Some("denied"), _) => format!("Denied{}", because(&row.decision_reason)),
            (Some("timed_out"), _) => "Nobody answered in time: denied".to_owned(),
            (Some("blocked"), _) => format!("Not shown to the customer{}", because(&row.decision_reason)),
            (Some(other), _) => other.replace('_', " "),
        }
    }

    /// Whether it is allowed now.
    pub(super) fn is_allowed(&self) -> bool {
        matches!(self.stage(), Stage::Granted | Stage::Running)
    }

    /// When what is allowed ends by itself.
    pub(super) fn ends_at(&self) -> DateTime<Utc> {
        self.row.ends_at.map(time).unwrap_or(self.now)
    }

    /// What was allowed.
    pub(super) fn granted(&self) -> String {
        self.row.granted_scopes.as_deref().map(scopes).unwrap_or_default()
    }

    /// Where the helper joins, while the session runs.
    pub(super) fn link(&self) -> Option<&str> {
        self.row.supporter_link.as_deref().filter(|_| self.stage() == Stage::Running)
    }

    pub(super) fn is_open(&self) -> bool {
        self.stage() != Stage::Over
    }
}

fn scopes(names: &str) -> String {
    names.split(' ').map(words::scope).collect::<Vec<_>>().join(", ")
}
