//! Is it alive right now? A probe goes down the held poll, and the installation answers at once.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use back_office::{EventKind, ProbeAnswer};
use chrono::TimeDelta;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::answer::Refused;
use crate::document::Problems;
use crate::office::Office;
use crate::signed::Member;
use crate::store::millis;
use crate::{Error, clock, events, random};

/// How long a probe is delivered: a page that asked has given up by then.
const LIFE: TimeDelta = TimeDelta::seconds(10);
/// The most installations that one page probes.
pub(crate) const MOST: usize = 50;

/// The probes whose answers somebody waits for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Probes {
    open: Arc<Mutex<HashMap<String, Probe>>>,
}

#[derive(Debug)]
struct Probe {
    installation: String,
    answered: mpsc::UnboundedSender<String>,
}

impl Probes {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Probe>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the probe out when it is open and was sent to `installation`.
    fn close(&self, nonce: &str, installation: &str) -> Option<Probe> {
        let mut open = self.lock();
        open.get(nonce).filter(|probe| probe.installation == installation)?;
        open.remove(nonce)
    }
}

/// Probes that were sent together. Dropping it stops waiting.
#[derive(Debug)]
pub(crate) struct Round {
    probes: Probes,
    nonces: Vec<String>,
    answers: mpsc::UnboundedReceiver<String>,
    waiting: usize,
}

impl Round {
    /// Sends a probe to each of `installations` whose poll is held; the others cannot answer.
    pub(crate) async fn send(office: &Office, installations: &[String]) -> Result<Self, Error> {
        let (answered, answers) = mpsc::unbounded_channel();
        let held = installations.iter().filter(|id| office.lines.is_held(id)).take(MOST);
        let held: Vec<String> = held.cloned().collect();
        let nonces = held.iter().map(|_| random::id()).collect::<Result<Vec<_>, _>>()?;
        office.probes.lock().extend(nonces.iter().zip(&held).map(|(nonce, installation)| {
            (nonce.clone(), Probe { installation: installation.clone(), answered: answered.clone() })
        }));
        let round = Self { probes: office.probes.clone(), waiting: held.len(), nonces, answers };
        let expires_at = clock::now() + LIFE;
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
                Ok(Some(_)) => self.waiting -= 1,
                Ok(None) | Err(_) => return,
            }
        }
    }
}

impl Drop for Round {
    fn drop(&mut self) {
        let mut open = self.probes.lock();
        self.nonces.iter().for_each(|nonce| drop(open.remove(nonce)));
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
    let now = millis(clock::now());
    let mut write = member.note(&office).await?;
    let probe = office.probes.close(&nonce, &member.installation.id).ok_or_else(Refused::not_found)?;
    sqlx::query(
        "UPDATE installation SET assistance_allowed = $2, remote_desktop = $3, vpn = $4, presence_at = $5,
             seen_at = $5 WHERE id = $1",
    )
    .bind(&member.installation.id)
    .bind(answer.remote_assistance.allowed)
    .bind(answer.remote_assistance.remote_desktop)
    .bind(answer.remote_assistance.vpn)
    .bind(now)
    .execute(&mut *write)
    .await?;
    write.commit().await?;
    // The page may have gone; the answer is on record all the same.
    let _ = probe.answered.send(probe.installation);
    Ok(StatusCode::NO_CONTENT)
}
