//! Pages and what goes wrong with them.
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use crate::console::Site;
use crate::entrance::Guest;
use crate::frame::Outer;

/// Renders a page.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "page not rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Why there is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    NotFound,
    /// The role is not enough.
    NotAllowed,
    /// A form that did not come from one of our pages, or from one of an older session.
    NotOurs,
    SignedOut,
    Malformed,
    /// It is logged why; nothing of that leaves the house.
    Broken,
}

impl Failure {
    fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NotAllowed | Self::NotOurs => StatusCode::FORBIDDEN,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn words(self, guest: &Guest) -> (String, String) {
        let words = &guest.words;
        match self {
            Self::NotFound => (words.say("failure-not-found"), words.say("failure-not-found-advice")),
            Self::NotAllowed => (words.say("failure-not-allowed"), words.say("failure-not-allowed-advice")),
            Self::NotOurs => (words.say("failure-not-ours"), words.say("failure-not-ours-advice")),
            Self::SignedOut => (words.say("failure-signed-out"), words.say("failure-signed-out-advice")),
            Self::Malformed => (words.say("failure-malformed"), words.say("failure-malformed-advice")),
            Self::Broken => (words.say("failure-broken"), words.say("failure-broken-advice")),
        }
    }

    /// An error of the service that nobody who looks at a page can do anything about.
    pub(crate) fn of(error: &remote_service::Error) -> Self {
        tracing::error!(error = error as &dyn std::error::Error, "page failed");
        Self::Broken
    }
}

impl From<remote_service::Error> for Failure {
    fn from(error: remote_service::Error) -> Self {
        Self::of(&error)
    }
}

/// The words are put in at the [entrance](crate::entrance), which knows the language.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage {
    frame: Outer,
    title: String,
    advice: String,
}

/// A page that says why there is none.
pub(crate) fn failure(site: &Site, guest: &Guest, failure: Failure) -> Response {
    let (title, advice) = failure.words(guest);
    page(failure.status(), &FailurePage { frame: Outer::new(site, guest), title, advice })
}
