//! Is it alive right now? A probe goes down the held poll, and the installation answers at once.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use back_office::{Availability, EventKind, ProbeAnswer};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::answer::Refused;
use crate::document::Problems;
use crate::office::Office;
use crate::signed::Member;
use crate::{Error, clock, events, random};

/// How long a probe is delivered: a page that asked has given up by then.
const LIFE: TimeDelta = TimeDelta::seconds(10);
/// The most installations that one page probes.
pub(crate) const MOST: usize = 50;

/// How long an answer is shown without asking again.
pub(crate) const FRESH: TimeDelta = TimeDelta::seconds(5);

/// The probes whose answers somebody waits for, and the answers of the last seconds. All in memory: an answer that is
/// outdated in seconds is not worth a write.
#[derive(Clone, Debug, Default)]
pub(crate) struct Probes(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    /// By nonce.
    open: HashMap<String, Probe>,
    /// By installation.
    said: HashMap<String, Said>,
}

#[derive(Debug)]
struct Probe {
    installation: String,
    answered: mpsc::UnboundedSender<()>,
}

/// What an installation answered, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said {
    pub(crate) at: DateTime<Utc>,
    pub(crate) available: Availability,
}

impl Probes {
    /// What `installation` answered last, if that was moments ago.
    pub(crate) fn said(&self, installation: &str) -> Option<Said> {
        self.lock().said.get(installation).copied()
    }

    /// Opens probes, each a nonce for an installation, and forgets answers that are outdated at `now`.
    fn open<'a>(
        &self,
        probes: impl Iterator<Item = (&'a String, &'a String)>,
        answered: &mpsc::UnboundedSender<()>,
        now: DateTime<Utc>,
    ) {
        let mut table = self.lock();
        table.said.retain(|_, said| said.at > now - FRESH);
        table.open.extend(probes.map(|(nonce, installation)| {
            (nonce.clone(), Probe { installation: installation.clone(), answered: answered.clone() })
        }));
    }

    /// Takes the answer to a probe that is open and was sent to `installation`.
    fn close(&self, nonce: &str, installation: &str, said: Said) -> Option<()> {
        let mut table = self.lock();
        table.open.get(nonce).filter(|probe| probe.installation == installation)?;
        let probe = table.open.remove(nonce)?;
        table.said.insert(probe.installation, said);
        // The page may have gone.
        let _ = probe.answered.send(());
        Some(())
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Probes that were sent together. Dropping it stops waiting.
#[derive(Debug)]
pub(crate) struct Round {
    probes: Probes,
    nonces: Vec<String>,
    answers: mpsc::UnboundedReceiver<()>,
    waiting: usize,
}

impl Round {
    /// Sends a probe to each of `installations` whose poll is held; the others cannot answer.
    pub(crate) async fn send(office: &Office, installations: &[String]) -> Result<Self, Error> {
        let (answered, answers) = mpsc::unbounded_channel();
        let held = installations.iter().filter(|id| office.lines.is_held(id)).take(MOST);
        let held: Vec<String> = held.cloned().collect();
        let nonces = held.iter().map(|_| random::id()).collect::<Result<Vec<_>, _>>()?;
        let now = clock::now();
        office.probes.open(nonces.iter().zip(&held), &answered, now);
        let round = Self { probes: office.probes.clone(), waiting: held.len(), nonces, answers };
        let expires_at = now + LIFE;
        let mut write = office.store.note().await?;
        for (nonce, installation) in round.nonces.iter().zip(&held) {
            let probe = EventKind::Probe { nonce: nonce.clone() };
            events::tell(&mut write, installation, &probe, Some(expires_at)).await?;
        }
        office.administration.bell().commit(write, &held).await?;
        Ok(round)
    }

    /// Waits until all have answered, or until the deadline.
    pub(crate) async fn all(mut self, deadline: Instant) {
        while self.waiting > 0 {
            match tokio::time::timeout_at(deadline, self.answers.recv()).await {
                Ok(Some(())) => self.waiting -= 1,
                Ok(None) | Err(_) => return,
            }
        }
    }
}

impl Drop for Round {
    fn drop(&mut self) {
        let mut table = self.probes.lock();
        self.nonces.iter().for_each(|nonce| drop(table.open.remove(nonce)));
    }
}

/// Takes the answer to a probe, and what could be used now.
#[utoipa::path(
    post, path = "/v1/probes/{nonce}", tag = "installation", security(("signature" = [])), request_body = ProbeAnswer,
    params(("nonce" = String, Path, description = "The nonce of the event")),
    responses(
        (status = 204, description = "Taken"),
        Problems,
    )
)]
pub(crate) async fn answer(
    State(office): State<Arc<Office>>,
    member: Member,
    Path(nonce): Path<String>,
) -> Result<StatusCode, Refused> {
    let answer: ProbeAnswer = member.asked.json()?;
    let said = Said { at: clock::now(), available: answer.remote_assistance };
    // No nonce to remember: the probe's own, which the signature covers, is good for one answer.
    office.probes.close(&nonce, &member.installation.id, said).ok_or_else(Refused::not_found)?;
    Ok(StatusCode::NO_CONTENT)
}
