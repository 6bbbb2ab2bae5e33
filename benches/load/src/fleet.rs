//! The run: enrol, hold, measure, publish, probe, restart.
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use back_office::{Applicant, Client};
use secrecy::ExposeSecret as _;
use signed_envelope::{Digest, Envelope, KeyRing, SigningKey};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::desk;
use crate::installation::{Installation, Progress, Seen};
use crate::office::Office;
use crate::process::{self, Watch};
use crate::report::{Report, Times};
use crate::vendor::{self, Issued, PRODUCT};

/// Enrolments under way at a time.
const ENROLLING: usize = 64;
/// The longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(300);
/// How often one looks for what takes seconds, and for what takes milliseconds.
const SLOWLY: Duration = Duration::from_millis(100);
const AT_ONCE: Duration = Duration::from_micros(200);
/// How long idleness is watched.
const IDLE: Duration = Duration::from_secs(30);
/// Publications whose way is measured, one after the other.
const PUBLICATIONS: usize = 1_000;
/// Publications that the restart interrupts.
const INTERRUPTED: usize = 200;
/// Logins that are measured, and the rows of a page.
const LOGINS: usize = 100;
const ROWS: usize = 50;

struct Fleet {
    office: Office,
    progress: Vec<Arc<Progress>>,
    seen: Arc<Seen>,
    working: JoinSet<()>,
}

/// Measures once.
pub(crate) async fn measure(installations: usize, own_tls: bool) -> Report {
    process::allow(installations);
    let office = Office::start(own_tls).await;
    let base = process::resident(office.pid());
    let mut fleet = Fleet::enroll(office, installations).await;
    fleet.wait_for_a_cycle().await;
    let resident = process::resident(fleet.office.pid());
    let server = Watch::start(fleet.office.pid());
    let generator = Watch::start(std::process::id());
    tokio::time::sleep(IDLE).await;
    let (idle_cpu_percent, generator_cpu_percent) = (server.percent(), generator.percent());
    say(&format!("{} MiB, {idle_cpu_percent:.1} % of a core", resident >> 20));
    let publish_ms = fleet.publish().await;
    let (presence_ms, login_to_presence_ms) = fleet.look().await;
    let (back, lost) = fleet.restart().await;
    fleet.working.abort_all();
    let round = |number: f64| (number * 10.0).round() / 10.0;
    Report {
        installations,
        tls: own_tls,
        rss_per_poll_bytes: resident.saturating_sub(base) / installations as u64,
        idle_cpu_percent: round(idle_cpu_percent),
        generator_cpu_percent: round(generator_cpu_percent),
        publish_ms,
        presence_ms,
        login_to_presence_ms,
        back_after_restart_s: round(back.as_secs_f64()),
        lost,
        errors: fleet.seen.errors(),
        seen: fleet.seen.counts(),
    }
}

impl Fleet {
    /// Publishes a first license for each installation, enrols it, and lets it poll.
    async fn enroll(office: Office, installations: usize) -> Self {
        let started = Instant::now();
        let (seen, clients) = (Arc::new(Seen::default()), office.clients());
        let turns = Arc::new(Semaphore::new(ENROLLING));
        let mut fleet = Self { office, progress: Vec::new(), seen, working: JoinSet::new() };
        for number in 0..installations {
            let license = fleet.license(number, 1);
            fleet.office.publish_beside(&license).await;
            let turn = turns.clone().acquire_owned().await.expect("never closed");
            let applicant = fleet.applicant(number, &license);
            let http = clients[number % clients.len()].clone();
            let key = SigningKey::generate().expect("random numbers");
            let trusted = KeyRing::from(fleet.office.vendor.public());
            let client = Client::new(http, &fleet.office.base, key, trusted).expect("a client");
            let (progress, seen) = (Arc::new(Progress::default()), fleet.seen.clone());
            fleet.progress.push(progress.clone());
            fleet.working.spawn(async move {
                let installation = Installation::enroll(client, &applicant, progress, seen).await;
                drop(turn);
                installation.work(format!("boot-{number}")).await;
            });
        }
        fleet.wait_until_held().await;
        say(&format!("{installations} enrolled and held after {:.0} s", started.elapsed().as_secs_f64()));
        fleet
    }

    fn applicant(&self, number: usize, license: &Issued) -> Applicant {
        Applicant {
            service_organization_id: self.office.organization.service_organization_id.clone(),
            verification_code: self.office.organization.verification_code.expose_secret().into(),
            serial_number: serial_number(number),
            license_sha256: Digest::of(&license.file),
            product: PRODUCT.to_owned(),
            product_version: "1.4.0".to_owned(),
        }
    }

    fn license(&self, number: usize, sequence: u64) -> Issued {
        vendor::license(&self.office.vendor, &serial_number(number), sequence)
    }

    async fn wait_until_held(&self) {
        let all = self.progress.len();
        wait(&format!("{all} held polls"), SLOWLY, async || self.office.held().await >= all).await;
    }

    /// Waits until each poll has been answered and made again.
    async fn wait_for_a_cycle(&self) {
        let polls = |progress: &Arc<Progress>| progress.polls.load(Ordering::Relaxed);
        let before: Vec<u64> = self.progress.iter().map(polls).collect();
        let is_over =
            || self.progress.iter().zip(&before).all(|(progress, before)| polls(progress) > *before);
        wait("a full cycle of polls", SLOWLY, async || is_over()).await;
        self.wait_until_held().await;
    }

    /// One publication to each of many, from the license desk's request to the license in the installation's hands.
    async fn publish(&self) -> Times {
        let count = PUBLICATIONS.min(self.progress.len());
        let mut times = Vec::with_capacity(count);
        for number in 0..count {
            let license = self.license(number, 2);
            let started = Instant::now();
            self.office.publish(&license).await;
            wait("a license", AT_ONCE, async || self.arrived(number, &license).is_some()).await;
            times.extend(self.arrived(number, &license).map(|at| at - started));
        }
        Times::of(times)
    }

    /// When installation `number` had fetched this license.
    fn arrived(&self, number: usize, license: &Issued) -> Option<Instant> {
        let offer = Envelope::parse(&license.envelope).expect("an envelope").digest();
        let fetched = *self.progress[number].license.lock().expect("no panic");
        fetched.filter(|(fetched, _)| *fetched == offer).map(|(_, at)| at)
    }

    /// Logins, each to a page that was not probed before.
    async fn look(&self) -> (Times, Times) {
        let pages = LOGINS.min(self.progress.len().div_ceil(ROWS));
        let (mut from_page, mut from_login) = (Vec::new(), Vec::new());
        for number in 0..pages {
            let look = desk::look(&self.office, number).await;
            from_page.push(look.page);
            from_login.push(look.login);
        }
        (Times::of(from_page), Times::of(from_login))
    }

    /// Publishes beside the server, stops it before it has told everybody, and waits for everybody's return.
    async fn restart(&mut self) -> (Duration, usize) {
        let interrupted: Vec<usize> = (0..INTERRUPTED.min(self.progress.len())).collect();
        let licenses: Vec<Issued> = interrupted.iter().map(|number| self.license(*number, 3)).collect();
        for license in &licenses {
            self.office.publish_beside(license).await;
        }
        self.seen.restarting.store(true, Ordering::Relaxed);
        let started = Instant::now();
        self.office.restart().await;
        self.wait_until_held().await;
        let back = started.elapsed();
        self.seen.restarting.store(false, Ordering::Relaxed);
        let missing = || {
            let pairs = interrupted.iter().zip(&licenses);
            pairs.filter(|(number, license)| self.arrived(**number, license).is_none()).count()
        };
        wait("the interrupted licenses", SLOWLY, async || missing() == 0).await;
        (back, missing() + self.progress.len().saturating_sub(self.office.held().await))
    }
}

fn serial_number(number: usize) -> String {
    format!("PD-{number:07}")
}

/// Waits for a condition; a measurement that would never end says for what.
async fn wait(what: &str, every: Duration, mut condition: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition().await {
        assert!(Instant::now() < deadline, "not in time: {what}");
        tokio::time::sleep(every).await;
    }
}

/// Says on standard error how far the run is.
fn say(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{text}");
}
