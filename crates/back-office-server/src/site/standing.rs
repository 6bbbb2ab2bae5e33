//! Approving and revoking installations.
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::assistance::back;
use super::fields::Form;
use super::page::{Failure, Frame, page};
use super::row::{self, Seen};
use super::visitor::Visitor;
use crate::office::Office;
use crate::{Error, clock};

/// Ends a quarantine.
pub(super) async fn approve(
    State(office): State<Arc<Office>>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    if !form.visitor.helps() {
        return Err(Failure::not_allowed());
    }
    match office.administration.approve(&form.visitor.organization, &id).await {
        Ok(()) => {
            tracing::info!(installation = id, by = form.visitor.name, "approved on the web site");
            Ok(back(&id, "approved"))
        }
        Err(Error::UnknownInstallation) => Ok(back(&id, "gone")),
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "revoke.html")]
struct RevokePage {
    frame: Frame,
    seen: Seen,
}

/// Asks once more before something that cannot be taken back.
pub(super) async fn confirm(
    State(office): State<Arc<Office>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    if !visitor.revokes() {
        return Err(Failure::not_allowed());
    }
    let seen = Seen::new(&office, row::find(&office, &visitor.organization, &id).await?, clock::now());
    Ok(page(StatusCode::OK, &RevokePage { frame: Frame::new(&office, visitor).await?, seen }))
}

/// Serves an installation no longer.
pub(super) async fn revoke(
    State(office): State<Arc<Office>>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    if !form.visitor.revokes() {
        return Err(Failure::not_allowed());
    }
    match office.administration.revoke(&form.visitor.organization, &id).await {
        Ok(()) => {
            tracing::info!(installation = id, by = form.visitor.name, "revoked on the web site");
            Ok(back(&id, "revoked"))
        }
        Err(Error::UnknownInstallation) => Ok(back(&id, "gone")),
        Err(error) => Err(error.into()),
    }
}
