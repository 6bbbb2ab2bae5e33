//! Answers: JSON, and problems (RFC 9457) that say one thing each.
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use back_office::{CarriedEnvelope, Problem};
use serde::Serialize;

use crate::Error;

/// A refusal on its way to becoming a signed problem.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    title: &'static str,
    detail: Option<String>,
    /// Seconds until another try is welcome (RFC 9110, section 10.2.3).
    retry_after: Option<u64>,
    keys: Option<CarriedEnvelope>,
}

impl Refused {
    pub(crate) const fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        Self { status, code, title, detail: None, retry_after: None, keys: None }
    }

    pub(crate) fn bad(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, "the request cannot be understood").detail(detail)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "there is no such thing here")
    }

    pub(crate) fn forbidden(code: &'static str, title: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, title)
    }

    pub(crate) fn unauthorized(code: &'static str, title: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, title)
    }

    pub(crate) fn unprocessable(code: &'static str, title: &'static str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, title)
    }

    pub(crate) fn conflict(code: &'static str, title: &'static str) -> Self {
        Self::new(StatusCode::CONFLICT, code, title)
    }

    pub(crate) fn revoked() -> Self {
        Self::forbidden("revoked", "this installation is no longer served")
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "not with this method")
    }

    /// Something of ours failed. The cause is logged here; nothing of it leaves the house.
    pub(crate) fn internal(error: Error) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the back office failed")
    }

    pub(crate) fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the body is too large")
    }

    pub(crate) fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "too_slow", "the body took too long to arrive")
    }

    pub(crate) fn poll_replaced() -> Self {
        Self::conflict("poll_replaced", "a newer poll took over")
    }

    pub(crate) fn busy(retry_after: u64) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "too much at once").retry_after(retry_after)
    }

    pub(crate) fn too_many(retry_after: u64) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", "too many failed attempts")
            .retry_after(retry_after)
    }

    pub(crate) fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Enrolment's refusals carry the keys they are signed with.
    pub(crate) fn with_keys(self, keys: CarriedEnvelope) -> Self {
        Self { keys: Some(keys), ..self }
    }
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self::internal(error.into())
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        match error {
            Error::License { source } => {
                Self::unprocessable(source.code(), "installations would refuse this license")
                    .detail(source.to_string())
            }
            Error::Disagreement { differences } => {
                Self::unprocessable("manifest_disagrees", "manifest and license file say different things")
                    .detail(differences.join("; "))
            }
            Error::UnknownOrganization | Error::UnknownInstallation => Self::not_found(),
            error => Self::internal(error),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut problem = Problem::new(self.status.as_u16(), self.code, self.title);
        problem.detail = self.detail;
        problem.back_office_keys = self.keys;
        let mut response = json(self.status, &problem);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(Problem::MEDIA_TYPE));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            // RFC 9110, section 11.6.1 asks for a challenge; ours is RFC 9421's signature.
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Signature"));
        }
        response
    }
}

/// A JSON answer.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => {
            let mut response = Response::new(Body::from(bytes));
            *response.status_mut() = status;
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            response
        }
        Err(error) => {
            tracing::error!(%error, "answer not serialisable");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The largest number that every JSON reader takes (RFC 8259, section 6).
pub(crate) const LARGEST: u64 = (1 << 53) - 1;
/// The longest reason code, in bytes.
const MAX_REASON: usize = 64;

/// Checks a reason code of an installation.
pub(crate) fn code(reason: String) -> Result<String, Refused> {
    let snake = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if reason.is_empty() || reason.len() > MAX_REASON || !reason.bytes().all(snake) {
        return Err(Refused::bad("malformed", "a reason is a code in snake case"));
    }
    Ok(reason)
}
