//! One installation of the fleet: polls, fetches, answers probes, and comes back when it is sent away.
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use back_office::retry::{Again, Failures, Hold, drain_delay, judge};
use back_office::{Applicant, Availability, Client, Error, EventKind, Events, ProbeAnswer};
use chrono::Utc;
use signed_envelope::Digest;

/// What the fleet has seen, counted by what it was.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    counts: Mutex<BTreeMap<String, u64>>,
    /// Between the request to stop and the return of all, connections may fail.
    pub(crate) restarting: AtomicBool,
    errors: AtomicU64,
}

impl Seen {
    pub(crate) fn errors(&self) -> u64 {
        self.errors.load(Ordering::Relaxed)
    }

    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        self.counts.lock().expect("no panic").clone()
    }

    fn count(&self, what: String) {
        *self.counts.lock().expect("no panic").entry(what).or_default() += 1;
    }

    fn failed(&self, error: &Error) {
        let is_restart = self.restarting.load(Ordering::Relaxed);
        let (what, is_allowed) = match error {
            Error::Refused { status: 503, retry_after: Some(_), .. } => {
                ("503 with Retry-After".to_owned(), true)
            }
            Error::Refused { status, problem, .. } => {
                (format!("{status} {}", problem.code().unwrap_or_default()), false)
            }
            Error::Connection { .. } | Error::BrokeOff { .. } if is_restart => {
                ("no connection during the restart".to_owned(), true)
            }
            other => (format!("{other}: {:?}", std::error::Error::source(other)), false),
        };
        self.count(what);
        if !is_allowed {
            self.errors.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// What is known of one installation from outside.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Polls that were answered.
    pub(crate) polls: AtomicU64,
    /// The license it fetched last, and when.
    pub(crate) license: Mutex<Option<(Digest, Instant)>>,
}

pub(crate) struct Installation {
    pub(crate) client: Client,
    pub(crate) progress: Arc<Progress>,
    pub(crate) seen: Arc<Seen>,
    cursor: u64,
    hold: Hold,
    failures: Failures,
    healthy_since: Instant,
}

impl Installation {
    /// Enrols; a back office that is busy is asked again.
    pub(crate) async fn enroll(
        client: Client,
        applicant: &Applicant,
        progress: Arc<Progress>,
        seen: Arc<Seen>,
    ) -> Self {
        let mut failures = Failures::default();
        while let Err(error) = client.enroll(applicant, Utc::now()).await {
            seen.failed(&error);
            assert!(failures.count() < 5, "no enrolment: {error:?}");
            tokio::time::sleep(failures.failed(Duration::ZERO, random())).await;
        }
        let (hold, healthy_since) = (Hold::default(), Instant::now());
        Self { client, progress, seen, cursor: 0, hold, failures, healthy_since }
    }

    /// Works until the measurement ends.
    pub(crate) async fn work(mut self, boot: String) {
        loop {
            let wait = self.hold.ask(random());
            let poll = self.client.events(self.cursor, wait, &boot, Utc::now()).await;
            match poll {
                Ok(events) => self.apply(events).await,
                Err(error) => self.wait_after(&error).await,
            }
        }
    }

    async fn apply(&mut self, events: Events) {
        self.progress.polls.fetch_add(1, Ordering::Relaxed);
        for event in &events.events {
            let done = match &event.kind {
                EventKind::LicenseOffered => self.fetch().await,
                EventKind::Probe { nonce } => {
                    let remote_assistance = Availability { allowed: true, remote_desktop: true, vpn: true };
                    self.client.answer_probe(nonce, &ProbeAnswer { remote_assistance }, Utc::now()).await
                }
                EventKind::Drain { spread_s } => {
                    tokio::time::sleep(drain_delay(*spread_s, random())).await;
                    Ok(())
                }
                other => {
                    self.seen.count(format!("event {other:?}"));
                    Ok(())
                }
            };
            if let Err(error) = done {
                // The cursor stays: the event comes again.
                return self.wait_after(&error).await;
            }
        }
        self.cursor = events.cursor;
    }

    async fn fetch(&self) -> Result<(), Error> {
        let have = self.progress.license.lock().expect("no panic").map(|(offer, _)| offer);
        if let Some(license) = self.client.license(have.as_ref(), Utc::now()).await? {
            *self.progress.license.lock().expect("no panic") = Some((license.offer, Instant::now()));
        }
        Ok(())
    }

    async fn wait_after(&mut self, error: &Error) {
        self.seen.failed(error);
        let extra = match judge(error) {
            Again::Later { extra } => extra,
            // Counted as an error already; the measurement goes on without haste.
            Again::ProxyLogin | Again::Never => Duration::from_secs(60),
        };
        let delay = self.failures.failed(self.healthy_since.elapsed(), random());
        tokio::time::sleep(delay + extra).await;
        self.healthy_since = Instant::now();
    }
}

/// Uniform over 0.0..1.0.
pub(crate) fn random() -> f64 {
    f64::from(getrandom::u32().expect("random numbers")) / (f64::from(u32::MAX) + 1.0)
}
