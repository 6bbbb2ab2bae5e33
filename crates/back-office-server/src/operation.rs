//! For whoever runs the back office: is it well, and how much is it doing?
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::accept::Peer;
use crate::answer::{Refused, json};
use crate::document::Problems;
use crate::office::Office;

/// Answers given under `/v1`, by the first digit of their status.
#[derive(Debug, Default)]
pub(crate) struct Answers([AtomicU64; 6]);

impl Answers {
    /// Counts one answer.
    pub(crate) fn count(&self, status: StatusCode) {
        if let Some(counter) = self.0.get(usize::from(status.as_u16() / 100)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Whether the back office can read its database.
#[utoipa::path(
    get, path = "/healthz", tag = "operation", security(()),
    responses((status = 200, description = "Well"), Problems)
)]
pub(crate) async fn health(State(office): State<Arc<Office>>) -> Result<Response, Refused> {
    let _: i64 = sqlx::query_scalar("SELECT 1").fetch_one(office.store.read()).await?;
    Ok(json(StatusCode::OK, &serde_json::json!({ "status": "ok" })))
}

/// Figures in the text format of Prometheus, for callers on this machine only.
#[utoipa::path(
    get, path = "/metrics", tag = "operation", security(()),
    responses((status = 200, description = "Figures", content_type = "text/plain"), Problems)
)]
pub(crate) async fn metrics(
    State(office): State<Arc<Office>>,
    Extension(Peer(peer)): Extension<Peer>,
) -> Result<Response, Refused> {
    if !peer.is_loopback() {
        return Err(Refused::not_found());
    }
    let installations: Vec<(String, i64)> =
        sqlx::query_as("SELECT state, COUNT(*) FROM installation GROUP BY state ORDER BY state")
            .fetch_all(office.store.read())
            .await?;
    let mut text = String::new();
    let at_work = office.limits.requests.saturating_sub(office.admission.available_permits());
    gauge(
        &mut text,
        "held_polls",
        "Installations that wait for news here",
        &[("", office.lines.held() as u64)],
    );
    gauge(
        &mut text,
        "requests_at_work",
        "Requests being answered, held polls left out",
        &[("", at_work as u64)],
    );
    let installations: Vec<(String, u64)> = installations
        .into_iter()
        .map(|(state, count)| (format!("{{state=\"{state}\"}}"), count.unsigned_abs()))
        .collect();
    gauge(&mut text, "installations", "Enrolled installations", &installations);
    let answers: Vec<(String, u64)> = (2..=5)
        .map(|class| (format!("{{class=\"{class}xx\"}}"), office.answers.0[class].load(Ordering::Relaxed)))
        .collect();
    family(&mut text, "answers_total", "Answers under /v1", "counter", &answers);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

fn gauge<L: AsRef<str>>(text: &mut String, name: &str, help: &str, values: &[(L, u64)]) {
    family(text, name, help, "gauge", values);
}

fn family<L: AsRef<str>>(text: &mut String, name: &str, help: &str, kind: &str, values: &[(L, u64)]) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "# HELP back_office_{name} {help}\n# TYPE back_office_{name} {kind}");
    for (labels, value) in values {
        let _ = writeln!(text, "back_office_{name}{} {value}", labels.as_ref());
    }
}
