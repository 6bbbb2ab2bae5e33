//! Forms: what was typed, once it is certain that it came from one of our pages.
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use url::form_urlencoded;

use super::page::Failure;
use super::visitor::Visitor;
use crate::office::Office;

/// The name of the hidden field.
pub(super) const CSRF: &str = "csrf";

/// The fields of a form.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(super) fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// The value of a field; empty when it is missing.
    pub(super) fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All values of a field, as several ticked boxes send them.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// A form of a visitor, sent by one of our own pages of this session.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) visitor: Visitor,
    pub(super) fields: Fields,
}

impl FromRequest<Arc<Office>> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, office: &Arc<Office>) -> Result<Self, Response> {
        let (mut head, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut head, office).await?;
        if is_foreign(&head.headers) {
            return Err(Failure::not_ours().into_response());
        }
        let body = Bytes::from_request(Request::from_parts(head, body), office).await;
        let fields = Fields::read(&body.map_err(|_| Failure::malformed().into_response())?);
        if !same(fields.text(CSRF), &visitor.csrf) {
            return Err(Failure::not_ours().into_response());
        }
        Ok(Self { visitor, fields })
    }
}

/// Whether the browser says that another site's page sent the request (Fetch Metadata).
pub(super) fn is_foreign(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none")
}

/// Compares two secrets; the time tells nothing but their lengths.
pub(super) fn same(left: &str, right: &str) -> bool {
    let differences = left.bytes().zip(right.bytes()).fold(0, |found, (left, right)| found | (left ^ right));
    !right.is_empty() && left.len() == right.len() && differences == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_and_ticked_boxes_come_together() {
        let fields = Fields::read(b"reason=a%26b+c&scope=view&scope=vpn&x");
        assert_eq!(fields.text("reason"), "a&b c");
        assert_eq!(fields.all("scope").collect::<Vec<_>>(), ["view", "vpn"]);
        assert_eq!((fields.text("x"), fields.text("y")), ("", ""));
    }

    #[test]
    fn nothing_is_the_same_as_an_empty_secret() {
        assert!(same("abc", "abc"));
        for (left, right) in [("", ""), ("abc", "abd"), ("abc", "ab"), ("", "abc")] {
            assert!(!same(left, right), "{left:?} {right:?}");
        }
    }
}
