//! The customer's answer to a request for remote assistance, and the end of a session.
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use remote_service::Error;
use remote_service::assistance::{Scope, Scopes};

use crate::console::Site;
use crate::form::Form;
use crate::page::Failure;

/// Allow, deny or mute, as the button says; everything else is no answer.
pub(super) async fn answer(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let user = form.visitor.local_user(&site)?;
    let assistance = site.running.assistance();
    let fields = &form.fields;
    let (answered, told) = match fields.text("answer") {
        "allow" => {
            let scopes: Result<Scopes, _> = fields.all("scope").map(str::parse::<Scope>).collect();
            let (Ok(scopes), Ok(minutes)) = (scopes, fields.text("minutes").parse()) else {
                return Err(Failure::Malformed);
            };
            (assistance.grant(&id, &user, scopes, minutes).await, "request-allowed")
        }
        "deny" => (assistance.deny(&id, &user).await, "request-denied"),
        "mute" => (assistance.mute(&id, &user).await, "request-muted"),
        _ => return Err(Failure::Malformed),
    };
    told_or_declined(&site, answered, told)
}

/// Ends the session, here and now. Everybody who is signed in may.
pub(super) async fn end(State(site): State<Arc<Site>>, form: Form) -> Result<Response, Failure> {
    let user = form.visitor.local_user(&site)?;
    let ended = site.running.assistance().end(&user).await;
    told_or_declined(&site, ended, "session-ended")
}

/// The end notice was read.
pub(super) async fn ended(State(site): State<Arc<Site>>, _: Form) -> Result<Response, Failure> {
    site.running.assistance().notice_seen().await?;
    Ok(Redirect::to(&format!("{}/", site.base)).into_response())
}

fn told_or_declined(site: &Site, done: Result<(), Error>, told: &str) -> Result<Response, Failure> {
    let told = match done {
        Ok(()) => told.to_owned(),
        Err(Error::Declined { why }) => format!("declined-{}", why.code().replace('_', "-")),
        Err(error) => return Err(error.into()),
    };
    Ok(Redirect::to(&format!("{}/?told={told}", site.base)).into_response())
}
