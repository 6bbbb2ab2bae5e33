//! The list of installations.
use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use tokio::time::Instant;

use super::page::{Failure, Frame, page};
use super::row::{self, Light, Row, Seen, Which};
use super::visitor::Visitor;
use crate::clock;
use crate::office::Office;
use crate::probes::{self, Round};

/// How long a page waits for the answers of its rows before it is shown; those that are late come after.
const AT_ONCE: Duration = Duration::from_millis(250);
/// How long a script waits for the late ones.
const LATE: Duration = Duration::from_secs(3);

/// What the address bar holds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ask {
    q: String,
    show: String,
    page: u16,
}

#[derive(Template)]
#[template(path = "installations.html")]
struct ListPage {
    frame: Frame,
    search: String,
    show: String,
    rows: Vec<Seen>,
    page: u16,
    has_more: bool,
}

#[derive(Template)]
#[template(path = "rows.html")]
struct RowsPart {
    rows: Vec<Seen>,
}

impl Ask {
    fn which(&self) -> Which {
        match self.show.as_str() {
            "waiting" => Which::Waiting,
            "revoked" => Which::Revoked,
            _ => Which::Current,
        }
    }

    async fn rows(&self, office: &Office, visitor: &Visitor) -> Result<Vec<Row>, sqlx::Error> {
        row::list(office, &visitor.organization, self.which(), &self.q, self.page.into()).await
    }
}

/// The rows, with what they answered within a blink; the rest is asked for by a script, or by loading again.
pub(super) async fn list(
    State(office): State<Arc<Office>>,
    visitor: Visitor,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let (rows, has_more) = probed(&office, &ask, &visitor, AT_ONCE).await?;
    let show = match ask.which() {
        Which::Current => "",
        Which::Waiting => "waiting",
        Which::Revoked => "revoked",
    };
    let frame = Frame::new(&office, visitor).await?;
    let (search, show) = (ask.q, show.to_owned());
    Ok(page(StatusCode::OK, &ListPage { frame, search, show, rows, page: ask.page, has_more }))
}

/// The rows alone, once all have answered or had time enough: for the script.
pub(super) async fn rows(
    State(office): State<Arc<Office>>,
    visitor: Visitor,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let (rows, _) = probed(&office, &ask, &visitor, LATE).await?;
    Ok(page(StatusCode::OK, &RowsPart { rows }))
}

/// The rows, with what they answered to their probes in time, and whether another page follows.
async fn probed(
    office: &Office,
    ask: &Ask,
    visitor: &Visitor,
    patience: Duration,
) -> Result<(Vec<Seen>, bool), Failure> {
    let mut rows = ask.rows(office, visitor).await?;
    let has_more = rows.len() > probes::MOST;
    rows.truncate(probes::MOST);
    let seen =
        |rows: Vec<Row>, now| rows.into_iter().map(|row| Seen::new(office, row, now)).collect::<Vec<_>>();
    let before = seen(rows, clock::now());
    let silent = before.iter().filter(|seen| seen.light == Light::Asking);
    let silent: Vec<String> = silent.map(|seen| seen.row.id.clone()).collect();
    if silent.is_empty() {
        return Ok((before, has_more));
    }
    Round::send(office, &silent).await?.all(Instant::now() + patience).await;
    Ok((seen(before.into_iter().map(|seen| seen.row).collect(), clock::now()), has_more))
}

impl ListPage {
    /// The address of another page of the same list.
    fn address(&self, page: &u16) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", &self.search).append_pair("show", &self.show);
        format!("?{}", query.append_pair("page", &page.to_string()).finish())
    }

    fn is_asking(&self) -> bool {
        self.rows.iter().any(|row| row.light == Light::Asking)
    }
}
