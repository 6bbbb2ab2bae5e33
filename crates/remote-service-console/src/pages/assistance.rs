//! [Allow remote assistance], who asked before, and the audit.
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use remote_service::assistance::Availability;
use remote_service::settings::{AssistanceSettings, Settings};
use remote_service::{Outcome, PastRequest};

use super::Told;
use super::general::{self, Problem};
use super::license::attachment;
use crate::console::Site;
use crate::entrance::Guest;
use crate::form::{Fields, Form};
use crate::frame::Frame;
use crate::page::{Failure, page};
use crate::when::When;
use crate::words::Words;

/// A request of the past.
struct Past {
    at: When,
    requester: String,
    organization: String,
    ticket: String,
    outcome: String,
}

impl Past {
    fn new(past: &PastRequest, words: &Words) -> Self {
        Self {
            at: words.moment(past.at),
            requester: past.requester.clone(),
            organization: past.organization.clone(),
            ticket: past.ticket.clone(),
            outcome: outcome(&past.outcome, words),
        }
    }
}

fn outcome(outcome: &Outcome, words: &Words) -> String {
    match outcome {
        Outcome::Asked => words.say("outcome-asked"),
        Outcome::Granted { by } => words.tell("outcome-granted", &[("by", by)]),
        Outcome::Denied { by, muted: false } => words.tell("outcome-denied", &[("by", by)]),
        Outcome::Denied { by, muted: true } => words.tell("outcome-muted", &[("by", by)]),
        Outcome::TimedOut => words.say("outcome-timed-out"),
        Outcome::Withdrawn => words.say("outcome-withdrawn"),
        Outcome::Refused { reason } => words.code("outcome-rule", reason.code()),
        Outcome::Ended { reason, by: None } => words.code("end", reason.code()),
        Outcome::Ended { reason, by: Some(by) } => format!("{} ({by})", words.code("end", reason.code())),
        _ => String::new(),
    }
}

/// Somebody who is muted.
struct Mute {
    requester: String,
    until: When,
}

/// What stands in the fields.
struct Typed {
    allowed: bool,
    max_minutes: String,
    hours: String,
}

impl Typed {
    fn of(settings: &AssistanceSettings) -> Self {
        let AssistanceSettings { allowed, max_minutes, hours } = settings;
        Self { allowed: *allowed, max_minutes: max_minutes.to_string(), hours: hours.join("\n") }
    }

    fn read(fields: &Fields) -> Self {
        Self {
            allowed: fields.is_ticked("assistance.allowed"),
            max_minutes: fields.text("assistance.max_minutes").to_owned(),
            hours: fields.text("assistance.hours").to_owned(),
        }
    }

    fn apply(&self, settings: &mut Settings) {
        let hours = self.hours.split(['\n', '\r', ';']).map(str::trim).filter(|line| !line.is_empty());
        settings.assistance = AssistanceSettings {
            allowed: self.allowed,
            // No number is no duration: it is refused as one that is too short.
            max_minutes: self.max_minutes.parse().unwrap_or(0),
            hours: hours.map(str::to_owned).collect(),
        };
    }
}

#[derive(Template)]
#[template(path = "assistance.html")]
struct AssistancePage {
    frame: Frame,
    typed: Typed,
    problem: Option<Problem>,
    availability: Availability,
    history: Vec<Past>,
    mutes: Vec<Mute>,
}

impl AssistancePage {
    fn new(frame: Frame, typed: Typed, problem: Option<Problem>) -> Self {
        let view = frame.live.snapshot.assistance.clone();
        let words = &frame.words;
        let mute = |(requester, until): (&String, &_)| Mute {
            requester: requester.clone(),
            until: words.moment(*until),
        };
        Self {
            typed,
            problem,
            availability: view.availability,
            history: view.history.iter().map(|past| Past::new(past, words)).collect(),
            mutes: view.mutes.iter().map(mute).collect(),
            frame,
        }
    }

    /// What is wrong with a field.
    fn wrong(&self, key: &str) -> Option<&str> {
        self.problem.as_ref().filter(|problem| problem.key == key).map(|problem| &*problem.text)
    }

    /// Why nobody is let in although it is switched on.
    fn locked(&self) -> Option<String> {
        let view = &self.frame.live.snapshot.assistance;
        match () {
            () if view.damage.is_some() => Some(self.frame.say("assistance-damaged")),
            () if view.revoked => Some(self.frame.say("assistance-revoked")),
            () => None,
        }
    }
}

/// The page with what is in force.
pub(super) async fn show(
    State(site): State<Arc<Site>>,
    guest: Guest,
    Query(told): Query<Told>,
) -> Result<Response, Failure> {
    let frame = Frame::new(&site, &guest).await?.told(&told.told);
    let typed = Typed::of(&site.running.settings().assistance);
    Ok(page(StatusCode::OK, &AssistancePage::new(frame, typed, None)))
}

/// [Save]: all of it, or nothing with the reason beside the field.
pub(super) async fn save(State(site): State<Arc<Site>>, form: Form) -> Result<Response, Failure> {
    let typed = Typed::read(&form.fields);
    match site.running.update(|settings| typed.apply(settings), Vec::new()).await {
        Ok(()) => {
            tracing::info!(
                user = form.visitor.user.name,
                allowed = typed.allowed,
                "assistance settings saved"
            );
            Ok(Redirect::to(&format!("{}/assistance?told=saved", site.base)).into_response())
        }
        Err(error) => {
            let wrong = general::wrong(&error).ok_or_else(|| Failure::of(&error))?;
            let frame = Frame::new(&site, &form.guest).await?;
            let problem = Problem::new(wrong, &frame.words);
            let refused = AssistancePage::new(frame, typed, Some(problem));
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &refused))
        }
    }
}

/// Takes a mute back.
pub(super) async fn unmute(State(site): State<Arc<Site>>, form: Form) -> Result<Response, Failure> {
    let user = form.visitor.local_user(&site)?;
    site.running.assistance().unmute(form.fields.text("requester"), &user).await?;
    Ok(Redirect::to(&format!("{}/assistance?told=unmuted", site.base)).into_response())
}

/// All records, one a line.
pub(super) async fn records(State(site): State<Arc<Site>>) -> Result<Response, Failure> {
    let audit = site.running.assistance().audit().await?;
    Ok(attachment("audit.jsonl", "application/jsonl", audit.records))
}

/// Their signed head, by which they can be verified.
pub(super) async fn head(State(site): State<Arc<Site>>) -> Result<Response, Failure> {
    let audit = site.running.assistance().audit().await?;
    Ok(attachment("audit.head", "application/json", audit.head))
}
