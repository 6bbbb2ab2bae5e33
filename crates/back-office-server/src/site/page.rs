//! Pages and what goes wrong with them.
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::visitor::Visitor;
use crate::Error;
use crate::office::Office;

/// What stands around every page of somebody who has logged in.
pub(super) struct Frame {
    pub(super) visitor: Visitor,
    /// How many installations wait for a decision.
    pub(super) waiting: i64,
}

impl Frame {
    pub(super) async fn new(office: &Office, visitor: Visitor) -> Result<Self, Failure> {
        let waiting = sqlx::query_scalar(
            "SELECT COUNT(*) FROM installation WHERE organization = $1 AND state = 'quarantined'",
        )
        .bind(&visitor.organization)
        .fetch_one(office.store.read())
        .await?;
        Ok(Self { visitor, waiting })
    }
}

/// Renders a page.
pub(super) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "page not rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A page that says that there is none.
#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage {
    title: &'static str,
    advice: &'static str,
}

/// Why there is no page.
#[derive(Debug)]
pub(super) struct Failure {
    status: StatusCode,
    title: &'static str,
    advice: &'static str,
}

impl Failure {
    pub(super) const fn not_found() -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            title: "Not found",
            advice: "There is no such page, or it belongs to another organization.",
        }
    }

    pub(super) const fn not_allowed() -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            title: "Not allowed",
            advice: "Your account does not have the role for this. Ask an administrator of your organization.",
        }
    }

    /// A form that did not come from one of our pages, or from one of an older session.
    pub(super) const fn not_ours() -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            title: "This form is no longer valid",
            advice: "Nothing was changed. Go back to the page, load it again and repeat what you did.",
        }
    }

    pub(super) const fn malformed() -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            title: "The form is not complete",
            advice: "Nothing was changed. Go back and fill it in again.",
        }
    }

    /// The cause is logged here; nothing of it leaves the house.
    pub(super) fn from_error(error: Error) -> Self {
        if matches!(error, Error::UnknownInstallation | Error::UnknownRequest) {
            return Self::not_found();
        }
        tracing::error!(error = &error as &dyn std::error::Error, "page failed");
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            title: "Something went wrong here",
            advice: "It is not your doing. Try again in a minute.",
        }
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::from_error(error.into())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::from_error(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        page(self.status, &FailurePage { title: self.title, advice: self.advice })
    }
}
