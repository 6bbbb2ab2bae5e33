//! [General settings]: the dialog of the manual, from the status icon at the top to the save icons at the bottom.
mod problem;
mod typed;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use remote_service::settings::{Settings, secret};
use remote_service::{Error, SecretsSet};
use secrecy::SecretString;

pub(super) use self::problem::{Problem, Wrong};
pub(super) use self::typed::Typed;
use super::Told;
use super::license::{Failed, failed};
use crate::console::Site;
use crate::entrance::Guest;
use crate::form::{Fields, Form};
use crate::frame::Frame;
use crate::page::{Failure, page};

/// Secrets that the form carries, and the fields they are typed into.
const SECRETS: [&str; 2] = [secret::VERIFICATION_CODE, secret::PROXY_PASSWORD];

#[derive(Template)]
#[template(path = "general.html")]
struct GeneralPage {
    frame: Frame,
    typed: Typed,
    problem: Option<Problem>,
    secrets: SecretsSet,
    serial_number: String,
    serial_candidates: Vec<String>,
    credentials: String,
    failed: Vec<Failed>,
}

impl GeneralPage {
    fn new(site: &Site, frame: Frame, settings: &Settings, typed: Typed, problem: Option<Problem>) -> Self {
        let snapshot = &frame.live.snapshot;
        Self {
            typed,
            problem,
            secrets: snapshot.secrets,
            serial_number: snapshot.serial_number().unwrap_or_default().to_owned(),
            serial_candidates: snapshot.serial_candidates().to_vec(),
            credentials: super::credentials::shown(settings, &frame.words),
            failed: failed(site, snapshot, &frame.words),
            frame,
        }
    }

    fn value(&self, key: &str) -> &str {
        self.typed.value(key)
    }

    fn is(&self, key: &str, value: &str) -> bool {
        self.typed.value(key) == value
    }

    /// What is wrong with a field.
    fn wrong(&self, key: &str) -> Option<&str> {
        self.problem.as_ref().filter(|problem| problem.key == key).map(|problem| &*problem.text)
    }

    /// What is wrong, but with no field that is shown here.
    fn wrong_elsewhere(&self) -> Option<&Problem> {
        self.problem.as_ref().filter(|problem| {
            !problem.key.is_empty()
                && !typed::KEYS.contains(&problem.key)
                && problem.key != "credentials.user"
        })
    }

    /// The rarely needed fields are open when one of them is wrong, or the address of the back office is still missing.
    fn shows_more(&self) -> bool {
        let in_there = |problem: &Problem| typed::MORE.contains(&problem.key);
        self.value("back_office.url").is_empty() || self.problem.as_ref().is_some_and(in_there)
    }

    /// What stands in the place of the verification code: that it is set, or was used.
    fn code(&self) -> String {
        let spent = self.frame.live.snapshot.light.is_green() && !self.secrets.verification_code;
        if spent { self.frame.say("code-spent") } else { self.kept(self.secrets.verification_code) }
    }

    /// "Set" for a password that is kept, so that nobody types it again.
    fn kept(&self, is_set: bool) -> String {
        if is_set { self.frame.say("secret-kept") } else { String::new() }
    }
}

/// The dialog with what is in force.
pub(super) async fn show(
    State(site): State<Arc<Site>>,
    guest: Guest,
    Query(told): Query<Told>,
) -> Result<Response, Failure> {
    let frame = Frame::new(&site, &guest).await?.told(&told.told);
    let settings = site.running.settings();
    let typed = Typed::of(&settings);
    Ok(page(StatusCode::OK, &GeneralPage::new(&site, frame, &settings, typed, None)))
}

/// [Save]: all of it, or nothing with the reason beside the field.
pub(super) async fn save(State(site): State<Arc<Site>>, form: Form) -> Result<Response, Failure> {
    let before = site.running.settings();
    let typed = Typed::read(&form.fields);
    let problem = match typed.applied(&before) {
        Err(problem) => problem,
        Ok(settings) => {
            let change = |now: &mut Settings| *now = settings;
            match site.running.update(change, secrets(&form.fields)).await {
                Ok(()) => {
                    tracing::info!(user = form.visitor.user.name, "settings saved");
                    return Ok(Redirect::to(&format!("{}/general?told=saved", site.base)).into_response());
                }
                Err(error) => problem::of(&error).ok_or_else(|| Failure::of(&error))?,
            }
        }
    };
    refused(&site, &form.guest, typed, problem).await
}

/// The way back from [Change] and [Test connection] without scripts: the dialog as it was typed.
pub(super) async fn come_back(State(site): State<Arc<Site>>, form: Form) -> Result<Response, Failure> {
    resumed(&site, &form.guest, Typed::read(&form.fields), "").await
}

/// The dialog with what was typed, and what happened meanwhile. Nothing of it was saved.
pub(super) async fn resumed(
    site: &Site,
    guest: &Guest,
    typed: Typed,
    told: &str,
) -> Result<Response, Failure> {
    let frame = Frame::new(site, guest).await?.told(told);
    Ok(page(StatusCode::OK, &GeneralPage::new(site, frame, &site.running.settings(), typed, None)))
}

/// The dialog with what was typed, and what is wrong with it. Nothing was saved.
pub(super) async fn refused(
    site: &Site,
    guest: &Guest,
    typed: Typed,
    problem: Wrong,
) -> Result<Response, Failure> {
    let frame = Frame::new(site, guest).await?;
    let problem = Problem::new(problem, &frame.words);
    let refused = GeneralPage::new(site, frame, &site.running.settings(), typed, Some(problem));
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &refused))
}

/// The secrets that were typed; the others stay as they are.
pub(super) fn secrets(fields: &Fields) -> Vec<(&'static str, SecretString)> {
    SECRETS.into_iter().filter_map(|name| Some((name, fields.secret(name)?))).collect()
}

/// What is wrong with the settings, as far as a person who fills in forms can put it right.
pub(super) fn wrong(error: &Error) -> Option<Wrong> {
    problem::of(error)
}
