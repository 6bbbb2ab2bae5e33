//! Asking for assistance, and taking the request back.
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use remote_assistance::Scope;

use super::fields::{Fields, Form};
use super::page::Failure;
use crate::Error;
use crate::assistance::ask::{self, Wanted};
use crate::office::Office;

/// Sends what the form asks for, and goes back to the installation.
pub(super) async fn ask(
    State(office): State<Arc<Office>>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    if !form.visitor.helps() {
        return Err(Failure::not_allowed());
    }
    let Some(wanted) = wanted(&form.fields) else { return Ok(back(&id, "field")) };
    match ask::ask(&office, &form.visitor.requester(), &id, wanted).await {
        Ok(_) => Ok(back(&id, "asked")),
        Err(Error::RequestPending) => Ok(back(&id, "pending")),
        Err(Error::Request { .. }) => Ok(back(&id, "field")),
        Err(error) => Err(error.into()),
    }
}

/// Takes a request back; a session that came of it ends.
pub(super) async fn withdraw(
    State(office): State<Arc<Office>>,
    Path((id, request)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Failure> {
    if !form.visitor.helps() {
        return Err(Failure::not_allowed());
    }
    match ask::withdraw(&office, &form.visitor.organization, &request).await {
        Ok(()) => Ok(back(&id, "withdrawn")),
        Err(Error::UnknownRequest) => Ok(back(&id, "gone")),
        Err(error) => Err(error.into()),
    }
}

fn wanted(fields: &Fields) -> Option<Wanted> {
    let scopes = fields.all("scope").map(str::parse::<Scope>).collect::<Result<_, _>>().ok()?;
    let reason = fields.text("reason").trim().to_owned();
    let minutes = fields.text("minutes").parse().ok()?;
    (!reason.is_empty()).then(|| Wanted { ticket: fields.text("ticket").to_owned(), reason, scopes, minutes })
}

/// Back to the page of the installation, which then says what happened.
pub(super) fn back(id: &str, told: &str) -> Response {
    // An id is made of hex digits; whatever else came in the path leads nowhere.
    let id: String = id.chars().filter(char::is_ascii_hexdigit).collect();
    Redirect::to(&format!("/installations/{id}?told={told}")).into_response()
}
