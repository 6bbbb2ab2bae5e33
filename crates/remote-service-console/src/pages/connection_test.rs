//! [Test connection]: the report appears stage by stage, with settings that may not be saved yet.
//!
//! The form starts a test and leads to its page. Without scripts that page loads itself again until the test is over; with
//! them the report appears below the button.
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use remote_service::{Candidate, Report, TestStage};
use tokio::task::JoinHandle;

use super::general::{self, Typed};
use super::report::ReportView;
use crate::console::Site;
use crate::entrance::Guest;
use crate::form::Form;
use crate::frame::Frame;
use crate::page::{Failure, page};
use crate::random;
use crate::words::Words;

/// The latest test: another one ends it, so that a password is tried by one test at a time.
#[derive(Default)]
pub(crate) struct Tests(Mutex<Option<Test>>);

struct Test {
    id: String,
    typed: Typed,
    progress: Arc<Mutex<Progress>>,
    work: JoinHandle<()>,
}

#[derive(Clone, Default)]
struct Progress {
    stages: Vec<TestStage>,
    report: Option<Report>,
}

impl Tests {
    fn start(&self, site: &Site, typed: Typed, candidate: Candidate) -> Result<String, Failure> {
        let (id, progress) = (random::secret()?, Arc::<Mutex<Progress>>::default());
        let (seen, mut test) = (progress.clone(), site.running.test_connection(candidate));
        let work = tokio::spawn(async move {
            while let Some(stage) = test.next().await {
                locked(&seen).stages.push(stage);
            }
            let report = test.finish().await;
            locked(&seen).report = Some(report);
        });
        let before = locked(&self.0).replace(Test { id: id.clone(), typed, progress, work });
        if let Some(before) = before {
            before.work.abort();
        }
        Ok(id)
    }

    /// What was typed when the test was started, and how far it is.
    fn find(&self, id: &str) -> Option<(Typed, Progress)> {
        let latest = locked(&self.0);
        let test = latest.as_ref().filter(|test| test.id == id)?;
        Some((test.typed.clone(), locked(&test.progress).clone()))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a test with what stands in the form.
pub(super) async fn start(State(site): State<Arc<Site>>, form: Form) -> Result<Response, Failure> {
    let typed = Typed::read(&form.fields);
    let candidate = match typed.applied(&site.running.settings()) {
        Ok(settings) => Candidate::unsaved(settings, general::secrets(&form.fields)),
        Err(problem) => return general::refused(&site, &form.guest, typed, problem).await,
    };
    let id = site.tests.start(&site, typed, candidate)?;
    Ok(Redirect::to(&format!("{}/general/test/{id}", site.base)).into_response())
}

#[derive(Template)]
#[template(path = "test.html")]
struct TestPage {
    frame: Frame,
    id: String,
    typed: Typed,
    report: ReportView,
}

/// The report so far.
pub(super) async fn show(
    State(site): State<Arc<Site>>,
    guest: Guest,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (typed, report) = report(&site, &guest, &id)?;
    let frame = Frame::new(&site, &guest).await?;
    Ok(page(StatusCode::OK, &TestPage { frame, id, typed, report }))
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPart {
    words: Arc<Words>,
    report: ReportView,
}

/// The report so far, alone: for the script. A test that another one ended did not come to an end.
pub(super) async fn live(
    State(site): State<Arc<Site>>,
    guest: Guest,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let report = report(&site, &guest, &id).map(|(_, report)| report);
    let report = report.unwrap_or_else(|_| ReportView::ended(&guest.words));
    Ok(page(StatusCode::OK, &ReportPart { words: guest.words.clone(), report }))
}

fn report(site: &Site, guest: &Guest, id: &str) -> Result<(Typed, ReportView), Failure> {
    let (typed, Progress { stages, report }) = site.tests.find(id).ok_or(Failure::NotFound)?;
    let report = match report {
        Some(report) => ReportView::of(&report, &guest.words),
        None => ReportView::so_far(&stages, &guest.words),
    };
    Ok((typed, report))
}
