//! What the pieces of work share: state, nudges, and the snapshot that pages read.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use license_lifecycle::{Changes, Digest};
use proxy_config::{Finder, SharedHealth};
use secrecy::SecretString;
use secret_store::SecretStore;
use signed_envelope::KeyRing;
use tokio::sync::{Notify, broadcast, watch};

use crate::custody::{Custody, Terms};
use crate::event::{Event, EventKind};
use crate::gatehouse::{AssistanceReports, AssistanceView, Gatehouse};
use crate::identity::Identity;
use crate::reports::OfferReports;
use crate::settings::Settings;
use crate::snapshot::{LicenseView, SecretsSet};
use crate::time::now;
use crate::{Error, Light, Product, Snapshot, StateDir};

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) product: Product,
    pub(crate) trusted: KeyRing,
    pub(crate) dir: StateDir,
    pub(crate) secrets: Secrets,
    pub(crate) settings: watch::Sender<Arc<Settings>>,
    /// The back office while it can be spoken to.
    pub(crate) office: watch::Sender<Option<Arc<back_office::Client>>>,
    pub(crate) health: SharedHealth,
    /// Remembers scripts and WPAD across visits.
    pub(crate) finder: Finder,
    pub(crate) nudges: Nudges,
    pub(crate) gatehouse: Gatehouse,
    /// Settings and secrets are changed by one form at a time. Never held while the network is waited for: switching
    /// assistance off must not wait.
    pub(crate) changing: tokio::sync::Mutex<()>,
    /// The installation's key is changed once at a time.
    pub(crate) changing_key: tokio::sync::Mutex<()>,
    custody: Mutex<Custody>,
    identity: Mutex<Identity>,
    reports: Mutex<OfferReports>,
    assistance_reports: Mutex<AssistanceReports>,
    snapshot: ArcSwap<Snapshot>,
    events: broadcast::Sender<Event>,
    /// Drawn at each start: tells two copies of one installation apart.
    boot: String,
}

/// Wakes a piece of work before its time.
#[derive(Debug, Default)]
pub(crate) struct Nudges {
    /// Something may have to be delivered, or another license is in force.
    pub(crate) delivery: Notify,
    /// Something is to be reported to the back office.
    pub(crate) reports: Notify,
    /// The back office is to be told of a request for assistance, or of the audit.
    pub(crate) assistance: Notify,
    /// What kept us from the back office may be gone.
    pub(crate) visit: Notify,
}

/// The embedder's store; its `Debug` shows nothing of it.
#[derive(Clone)]
pub(crate) struct Secrets(pub(crate) Arc<dyn SecretStore>);

impl Secrets {
    /// The secret of that name, where it is set.
    pub(crate) fn get(&self, name: &str) -> Result<Option<SecretString>, Error> {
        self.0.get(name).map_err(|source| Error::Secrets { source })
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl Shared {
    pub(crate) fn new(
        product: Product,
        trusted: KeyRing,
        dir: StateDir,
        secrets: Secrets,
        settings: Settings,
        custody: Custody,
        gatehouse: Gatehouse,
    ) -> Result<Self, Error> {
        let view = LicenseView::of(&custody);
        let set = SecretsSet::of(&*secrets.0)?;
        let snapshot = Snapshot::new(Light::Off, Arc::new(view), &settings, set);
        let identity = Identity::open(dir.identity())?;
        let reports = OfferReports::open(dir.offer_reports())?;
        let assistance_reports = AssistanceReports::open(dir.assistance_reports())?;
        let boot = getrandom::u64().map_err(|source| Error::Random { source: Box::new(source) })?;
        Ok(Self {
            product,
            trusted,
            dir,
            secrets,
            settings: watch::Sender::new(Arc::new(settings)),
            office: watch::Sender::new(None),
            health: SharedHealth::new(now()),
            finder: Finder::new(),
            nudges: Nudges::default(),
            gatehouse,
            changing: tokio::sync::Mutex::default(),
            changing_key: tokio::sync::Mutex::default(),
            custody: Mutex::new(custody),
            identity: Mutex::new(identity),
            reports: Mutex::new(reports),
            assistance_reports: Mutex::new(assistance_reports),
            snapshot: ArcSwap::from_pointee(snapshot),
            events: broadcast::Sender::new(1024),
            boot: format!("{boot:016x}"),
        })
    }

    /// Held while files are written, never while the network is waited for: take it on a blocking thread.
    pub(crate) fn custody(&self) -> MutexGuard<'_, Custody> {
        lock(&self.custody)
    }

    pub(crate) fn identity(&self) -> MutexGuard<'_, Identity> {
        lock(&self.identity)
    }

    pub(crate) fn reports(&self) -> MutexGuard<'_, OfferReports> {
        lock(&self.reports)
    }

    pub(crate) fn assistance_reports(&self) -> MutexGuard<'_, AssistanceReports> {
        lock(&self.assistance_reports)
    }

    pub(crate) fn settings(&self) -> Arc<Settings> {
        self.settings.borrow().clone()
    }

    pub(crate) fn boot(&self) -> &str {
        &self.boot
    }

    /// What an offered license is held against now.
    pub(crate) fn terms(&self) -> Terms<'_> {
        Terms { keys: &self.trusted, product: &self.product, now: now() }
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Tells everybody who listens; nobody listening is fine.
    pub(crate) fn emit(&self, kind: EventKind) {
        tracing::info!(target: "remote_service", event = ?kind);
        let _ = self.events.send(Event { at: now(), kind });
    }

    /// A license is in the outbox: tells so, and has it delivered.
    pub(crate) fn accepted(&self, license: Digest, changes: Option<Changes>) {
        self.emit(EventKind::LicenseVerified { license });
        if let Some(changes) = changes {
            self.emit(EventKind::LicenseAnnounced { license, changes });
        }
        self.nudges.delivery.notify_one();
    }

    pub(crate) fn show_light(&self, light: Light) {
        self.snapshot.rcu(|old| old.with_light(light.clone()));
    }

    pub(crate) fn show_settings(&self, settings: &Settings) {
        self.snapshot.rcu(|old| old.with_settings(settings));
    }

    pub(crate) fn show_secrets(&self, secrets: SecretsSet) {
        self.snapshot.rcu(|old| old.with_secrets(secrets));
    }

    pub(crate) fn show_assistance(&self, view: AssistanceView) {
        let view = Arc::new(view);
        self.snapshot.rcu(|old| old.with_assistance(view.clone()));
    }

    /// Changes the custody, and the snapshot with it: whoever hears of the change finds it there. On a blocking thread.
    pub(crate) fn change_license<T>(&self, change: impl FnOnce(&mut Custody) -> T) -> T {
        let mut custody = self.custody();
        let outcome = change(&mut custody);
        let license = Arc::new(LicenseView::of(&custody));
        self.snapshot.rcu(|old| old.with_license(license.clone()));
        outcome
    }
}

/// A panic elsewhere leaves these whole: each change to them is made on disk first and then by one assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs what blocks (disk, a license server) beside the runtime; not once the service has stopped.
pub(crate) async fn blocking<T: Send + 'static>(
    shared: &Arc<Shared>,
    work: impl FnOnce(&Shared) -> T + Send + 'static,
) -> Result<T, Error> {
    let (shared, hold) = (shared.clone(), shared.dir.hold()?);
    let held = move || {
        let done = work(&shared);
        drop(hold);
        done
    };
    tokio::task::spawn_blocking(held).await.map_err(|_| Error::Stopped)
}
