//! Keeps in touch with the back office: connects, enrols, fetches offers, polls for events.

mod connect;
mod enrol;
mod fetch;
mod poll;

pub(crate) use connect::authority;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use back_office::retry::{Again, Failures, Hold};
use tokio::time::Instant;

use crate::event::EventKind;
use crate::settings::Settings;
use crate::shared::Shared;
use crate::time::now;
use crate::{Error, Light, Stage, chain, random};

/// Why there is no connection to the back office now.
#[derive(Debug)]
struct Failure {
    stage: Stage,
    /// For support; never a secret.
    detail: String,
    again: Again,
}

/// Keeps in touch while the service is enabled; with new settings it begins anew.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut settings = shared.settings.subscribe();
    loop {
        let current = settings.borrow_and_update().clone();
        let changed = tokio::select! {
            biased;
            changed = settings.changed() => changed,
            never = keep_in_touch(&shared, &current) => match never {},
        };
        shared.office.send_replace(None);
        if changed.is_err() {
            return;
        }
        shared.finder.forget().await;
    }
}

async fn keep_in_touch(shared: &Arc<Shared>, settings: &Settings) -> Infallible {
    if !settings.enabled {
        shared.show_light(Light::Off);
        return std::future::pending().await;
    }
    shared.show_light(Light::Connecting);
    let mut failures = Failures::default();
    let mut hold = Hold::default();
    loop {
        let mut visit = Visit { shared, settings, hold: &mut hold, answered_since: None, quarantined: false };
        let failure = match visit.begin().await {
            Ok(never) => match never {},
            Err(failure) => failure,
        };
        shared.office.send_replace(None);
        let healthy = visit.answered_since.map(|since| since.elapsed()).unwrap_or_default();
        visit.orange(&failure);
        let wait = match failure.again {
            Again::Later { extra } => failures.failed(healthy, random()) + extra,
            Again::ProxyLogin => back_office::retry::LONGEST,
            Again::Never => Duration::MAX,
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = shared.nudges.visit.notified() => {}
        }
    }
}

/// One try at being in touch, for as long as it lasts.
struct Visit<'a> {
    shared: &'a Arc<Shared>,
    settings: &'a Settings,
    /// What was learned about the way outlives the visit.
    hold: &'a mut Hold,
    answered_since: Option<Instant>,
    /// The help desk must approve us first: we may poll and nothing else.
    quarantined: bool,
}

impl Visit<'_> {
    async fn begin(&mut self) -> Result<Infallible, Failure> {
        let connection = self.connect().await?;
        let client = self.enrolled(&connection).await?;
        self.poll(&connection, client).await
    }

    /// The back office answered, and it was the back office.
    fn answered(&mut self) {
        if self.answered_since.is_some() {
            return;
        }
        self.answered_since = Some(Instant::now());
        if self.quarantined {
            self.orange(&Failure {
                stage: Stage::Quarantine,
                detail: "the help desk must approve this installation first".to_owned(),
                again: Again::Never,
            });
        } else {
            self.shared.show_light(Light::Green { since: now() });
            self.shared.emit(EventKind::Connected);
        }
    }

    /// Begins to use what only an approved installation may.
    fn approved(&mut self) {
        self.quarantined = false;
        self.answered_since = None;
    }

    fn orange(&self, failure: &Failure) {
        let since = match &self.shared.snapshot().light {
            Light::Orange { since, .. } => *since,
            _ => now(),
        };
        let Failure { stage, detail, .. } = failure;
        self.shared.show_light(Light::Orange { stage: *stage, detail: detail.clone(), since });
        self.shared.emit(EventKind::ConnectionFailed { stage: *stage, detail: detail.clone() });
    }
}

impl Failure {
    /// Something on this computer. A setting that is wrong stays so until it is changed; a full disk, or a file that is not
    /// there yet, does not.
    fn here(error: Error) -> Self {
        let again = match error {
            Error::Setting { .. } | Error::Proxy { .. } => Again::Never,
            _ => Again::Later { extra: Duration::ZERO },
        };
        Self { stage: Stage::Settings, detail: chain(&error), again }
    }
}
