//! `/staff/v1`: the vendor's systems, with a bearer token.
pub(crate) mod licenses;

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use crate::administration::Desk;
use crate::answer::Refused;
use crate::office::Office;

/// A caller with a token that may publish.
#[derive(Debug)]
pub(crate) struct Publisher(pub(crate) Desk);

impl FromRequestParts<Arc<Office>> for Publisher {
    type Rejection = Refused;

    async fn from_request_parts(head: &mut Parts, office: &Arc<Office>) -> Result<Self, Refused> {
        let unauthorized = || Refused::unauthorized("token_missing", "a bearer token is needed");
        let header = head.headers.get(header::AUTHORIZATION).ok_or_else(unauthorized)?;
        let token = header.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
        let token = token.ok_or_else(unauthorized)?;
        let desk = office.administration.desk(token).await?;
        match desk {
            None => Err(Refused::unauthorized("token_unknown", "the bearer token is not known")),
            Some(desk) if desk.role.publishes() => Ok(Self(desk)),
            Some(_) => Err(Refused::forbidden("role", "this token does not publish licenses")),
        }
    }
}
