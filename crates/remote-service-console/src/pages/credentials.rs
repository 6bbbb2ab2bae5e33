//! [Remote service credentials:] and [Change]: tested before they replace the old ones.
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use remote_service::Error;
use remote_service::settings::Settings;

use super::general::{self, Typed};
use super::report::ReportView;
use crate::console::Site;
use crate::entrance::Guest;
use crate::form::Form;
use crate::frame::Frame;
use crate::page::{Failure, page};
use crate::words::Words;

#[derive(Template)]
#[template(path = "credentials.html")]
struct CredentialsPage {
    frame: Frame,
    /// What stands in General settings meanwhile.
    typed: Typed,
    shown: String,
    domain: String,
    user: String,
    /// Where the user is tried.
    share: String,
    problem: Option<String>,
    report: Option<ReportView>,
}

/// The current remote service user, as the read-only box shows it.
pub(super) fn shown(settings: &Settings, words: &Words) -> String {
    match (&settings.credentials.domain, &settings.credentials.user) {
        (Some(domain), Some(user)) => format!("{domain}\\{user}"),
        (None, Some(user)) => user.clone(),
        (_, None) => words.say("credentials-process"),
    }
}

/// The form, by its address.
pub(super) async fn show(State(site): State<Arc<Site>>, guest: Guest) -> Result<Response, Failure> {
    opened(&site, &guest, Typed::of(&site.running.settings())).await
}

/// [Change]: the form, with what was typed in the dialog that the button stands in.
pub(super) async fn open(State(site): State<Arc<Site>>, form: Form) -> Result<Response, Failure> {
    opened(&site, &form.guest, Typed::read(&form.fields)).await
}

async fn opened(site: &Site, guest: &Guest, typed: Typed) -> Result<Response, Failure> {
    let settings = site.running.settings();
    let credentials = settings.credentials.clone();
    let form = CredentialsPage {
        shown: shown(&settings, &guest.words),
        domain: credentials.domain.unwrap_or_default(),
        user: credentials.user.unwrap_or_default(),
        share: typed.value("license.share").to_owned(),
        typed,
        problem: None,
        report: None,
        frame: Frame::new(site, guest).await?,
    };
    Ok(page(StatusCode::OK, &form))
}

/// [OK]: kept when they work, else nothing changes and the report says why.
pub(super) async fn change(State(site): State<Arc<Site>>, form: Form) -> Result<Response, Failure> {
    let typed = Typed::read(&form.fields);
    let (domain, user) = (form.fields.some("domain"), form.fields.some("user"));
    let password = form.fields.secret("password").unwrap_or_default();
    let share = form.fields.some("share");
    let changed =
        site.running.change_credentials(domain.clone(), user.clone(), password, share.clone()).await;
    let words = &form.guest.words;
    let (problem, report) = match changed {
        Ok(report) if report.ok => {
            tracing::info!(user = form.visitor.user.name, "remote service credentials changed");
            return general::resumed(&site, &form.guest, typed, "credentials").await;
        }
        Ok(report) => (words.say("credentials-refused"), Some(ReportView::of(&report, words))),
        Err(error @ (Error::Setting { .. } | Error::Proxy { .. })) => {
            let wrong = general::wrong(&error).ok_or_else(|| Failure::of(&error))?;
            (general::Problem::new(wrong, words).text, None)
        }
        Err(error) => return Err(error.into()),
    };
    let refused = CredentialsPage {
        shown: shown(&site.running.settings(), words),
        domain: domain.unwrap_or_default(),
        user: user.unwrap_or_default(),
        share: share.unwrap_or_default(),
        typed,
        problem: Some(problem),
        report,
        frame: Frame::new(&site, &form.guest).await?,
    };
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &refused))
}
