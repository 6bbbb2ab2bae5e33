use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use back_office::retry::{Failures, drain_delay};
use back_office::{CarriedEnvelope, Client, EventKind as News, Events, ProbeAnswer};
use remote_assistance::Input;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::connect::Connection;
use super::{Failure, Visit};
use crate::cursor::Cursor;
use crate::event::EventKind;
use crate::gatehouse::SignedRequest;
use crate::shared::blocking;
use crate::time::now;
use crate::work::report;
use crate::{Error, Stage, chain, random};

/// How long a help-desk page waits at most.
const PROBE_LIFE: Duration = Duration::from_secs(3);

/// A fetch that is owed, and when it may be tried.
#[derive(Default)]
struct Fetching {
    failures: Failures,
    not_before: Option<Instant>,
}

impl Visit<'_> {
    /// Polls until the connection fails.
    pub(super) async fn poll(
        &mut self,
        connection: &Connection,
        client: Arc<Client>,
    ) -> Result<Infallible, Failure> {
        let id = client.installation_id().unwrap_or_default();
        let mut cursor = Cursor::open(self.shared.dir.cursor(), &id).map_err(Failure::here)?;
        let mut fetching = Fetching::default();
        let mut learning = None;
        loop {
            if !self.quarantined {
                self.shared.office.send_if_modified(|known| known.replace(client.clone()).is_none());
            }
            if cursor.fetch_due() && !self.quarantined && fetching.may_try() {
                match self.fetch(&client).await {
                    Ok(()) => {
                        cursor.fetched().map_err(Failure::here)?;
                        fetching = Fetching::default();
                    }
                    Err(error) => {
                        tracing::warn!(target: "remote_service", error = chain(&error), "fetch failed");
                        fetching.failed();
                    }
                }
            }
            // Nobody waits a whole hold to see the light change: the first answer is asked for at once.
            let wait = match self.answered_since {
                None => Duration::ZERO,
                Some(_) => fetching.limit(&cursor, self.hold.ask(random())),
            };
            let asked = Instant::now();
            let answer = client.events(cursor.value(), wait, self.shared.boot(), now()).await;
            self.hold.learn(&answer, asked.elapsed());
            let news = answer.map_err(|error| self.failure(Stage::BackOffice, connection, &error))?;
            self.answered();
            self.keep_keys(&client).map_err(Failure::here)?;
            if learning.as_ref().is_none_or(JoinHandle::is_finished) {
                learning = self.learn_time(&client);
            }
            self.apply(&client, news, &mut cursor).await?;
        }
    }

    /// Carries out the events, and only then lets the cursor pass them.
    async fn apply(
        &mut self,
        client: &Arc<Client>,
        news: Events,
        cursor: &mut Cursor,
    ) -> Result<(), Failure> {
        let mut fetch = false;
        let mut drain = None;
        for event in news.events {
            match event.kind {
                News::LicenseOffered => {
                    self.shared.emit(EventKind::LicenseOffered);
                    fetch = true;
                }
                News::Resync => fetch = true,
                News::Probe { nonce } => self.answer_probe(client, nonce),
                News::AssistanceRequested { request } => {
                    self.asked(client, &request).await.map_err(Failure::here)?
                }
                News::AssistanceWithdrawn { request_id } => {
                    self.shared.gatehouse.withdrawn(&request_id).await.map_err(Failure::here)?;
                }
                News::Drain { spread_s } => drain = Some(spread_s),
                News::Approved => {
                    self.shared.identity().approved().map_err(Failure::here)?;
                    self.shared.gatehouse.take(Input::Approved).await.map_err(Failure::here)?;
                    self.forget_code();
                    self.approved();
                    self.answered();
                    fetch = true;
                }
                News::Revoked => {
                    self.shared.gatehouse.take(Input::Revoked).await.map_err(Failure::here)?;
                    return Err(Failure {
                        stage: Stage::Revoked,
                        detail: "the back office no longer serves this installation".to_owned(),
                        again: back_office::retry::Again::Never,
                    });
                }
                kind => tracing::debug!(target: "remote_service", ?kind, "event skipped"),
            }
        }
        cursor.advance(news.cursor, fetch).map_err(Failure::here)?;
        if let Some(spread_s) = drain {
            tokio::time::sleep(drain_delay(spread_s, random())).await;
        }
        Ok(())
    }

    /// Shown to nobody before it was opened with the back office's own keys and written down.
    async fn asked(&self, client: &Client, request: &CarriedEnvelope) -> Result<(), Error> {
        let Some((keys, installation_id)) = client.back_office_keys().zip(client.installation_id()) else {
            return Ok(());
        };
        let request = SignedRequest {
            envelope: request.to_bytes(),
            keys: keys.ring(),
            installation_id,
            signed: client.signed_time(),
        };
        self.shared.gatehouse.asked(request).await
    }

    /// Keys that were rotated are kept, so that a restart does not believe older ones.
    fn keep_keys(&self, client: &Client) -> Result<(), Error> {
        match client.back_office_keys() {
            Some(keys) => self.shared.identity().keep_back_office_keys(keys.envelope()),
            None => Ok(()),
        }
    }

    /// A probe is worth an answer within a second or none at all: nothing waits for it.
    fn answer_probe(&self, client: &Arc<Client>, nonce: String) {
        let (shared, client) = (self.shared.clone(), client.clone());
        tokio::spawn(async move {
            let answer = ProbeAnswer { remote_assistance: report::availability(&shared).await };
            let answered = client.answer_probe(&nonce, &answer, now());
            match tokio::time::timeout(PROBE_LIFE, answered).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::debug!(target: "remote_service", error = chain(&error), "a probe is not answered");
                }
                Err(_) => tracing::debug!(target: "remote_service", "a probe is not answered in time"),
            }
        });
    }

    /// The back office signs the time with every answer; the license clock learns from it, and no poll waits for the disk.
    fn learn_time(&self, client: &Client) -> Option<JoinHandle<()>> {
        let (shared, signed) = (self.shared.clone(), client.signed_time()?);
        Some(tokio::spawn(async move {
            let noted = blocking(&shared, move |shared| {
                shared.change_license(|custody| custody.records.note_signed_time(signed))
            });
            if let Ok(Err(error)) = noted.await {
                tracing::warn!(target: "remote_service", %error, "the signed time cannot be kept");
            }
        }))
    }
}

impl Fetching {
    fn may_try(&self) -> bool {
        self.not_before.is_none_or(|time| Instant::now() >= time)
    }

    fn failed(&mut self) {
        self.not_before = Some(Instant::now() + self.failures.failed(Duration::ZERO, random()));
    }

    /// No poll is held longer than until the next try of a fetch that is owed.
    fn limit(&self, cursor: &Cursor, hold: Duration) -> Duration {
        match self.not_before {
            Some(time) if cursor.fetch_due() => hold.min(time.saturating_duration_since(Instant::now())),
            _ => hold,
        }
    }
}
