use std::sync::Arc;
use std::time::Duration;

use license_lifecycle::{Digest, Entitlement, Release, covers};
use secrecy::SecretString;
use secret_store::{KeySource, SealedFolder, SecretStore};
use signed_envelope::KeyRing;
use tokio::task::JoinSet;

use crate::custody::Custody;
use crate::event::{EventKind, Events};
use crate::identity::Identity;
use crate::import::{Import, Imported, import};
use crate::reports::OfferReports;
use crate::settings::Settings;
use crate::shared::{Secrets, Shared, blocking};
use crate::{Error, Product, Snapshot, StateDir, work};

/// How long [`Running::stop`] waits for what is under way.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// Puts a [`RemoteService`] together; from [`RemoteService::builder`].
#[derive(Debug)]
#[must_use]
pub struct Builder {
    dir: StateDir,
    product: Option<Product>,
    trusted: Option<KeyRing>,
    secrets: Option<Secrets>,
    settings: Option<Settings>,
}

impl Builder {
    /// The embedding product. Required.
    pub fn product(mut self, product: Product) -> Self {
        self.product = Some(product);
        self
    }

    /// The keys that sign licenses and the back office's own keys. Required.
    pub fn trusted_keys(mut self, keys: KeyRing) -> Self {
        self.trusted = Some(keys);
        self
    }

    /// Where secrets lie. Default: sealed files in the state directory, with the key beside them.
    pub fn secrets(mut self, store: impl SecretStore + 'static) -> Self {
        self.secrets = Some(Secrets(Arc::new(store)));
        self
    }

    /// The settings. Default: those of `settings.toml` in the state directory.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = Some(settings);
        self
    }

    /// Reads the state directory and checks everything once, so that later calls cannot fail on it.
    ///
    /// # Errors
    /// [`Error::Product`] when product or keys were not given, whatever [`Settings::load`] refuses, and
    /// [`Error::StateFile`] or [`Error::License`] naming the file that cannot be read back; it is left as it is.
    pub fn build(self) -> Result<RemoteService, Error> {
        let Self { dir, product, trusted, secrets, settings } = self;
        let product = product.ok_or(Error::Product { field: "name", source: None })?;
        let trusted = trusted.ok_or(Error::Product { field: "trusted keys", source: None })?;
        let settings = match settings {
            Some(settings) => settings,
            None => Settings::load(&dir.settings(), &[])?,
        };
        settings.validate()?;
        let secrets = match secrets {
            Some(secrets) => secrets,
            None => Secrets(Arc::new(sealed(&dir)?)),
        };
        let custody = Custody::open(&dir)?;
        let identity = Identity::open(dir.identity())?;
        let reports = OfferReports::open(dir.offer_reports())?;
        let shared = Shared::new(product, trusted, dir, secrets, settings, custody, identity, reports)?;
        Ok(RemoteService { shared: Arc::new(shared) })
    }
}

fn sealed(dir: &StateDir) -> Result<SealedFolder, Error> {
    let key = KeySource::File(dir.secrets().join("key"));
    SealedFolder::open(&dir.secrets(), key).map_err(|source| Error::Secrets { source })
}

/// The Remote Service, ready to start.
#[derive(Debug)]
pub struct RemoteService {
    shared: Arc<Shared>,
}

impl RemoteService {
    /// Begins with the folder that holds an installation's state.
    pub fn builder(dir: StateDir) -> Builder {
        Builder { dir, product: None, trusted: None, secrets: None, settings: None }
    }

    /// What happens from now on, the work's first steps included.
    #[must_use]
    pub fn events(&self) -> Events {
        Events::new(self.shared.subscribe())
    }

    /// Starts the work; needs a tokio runtime with time and I/O.
    #[must_use]
    pub fn start(self) -> Running {
        let mut tasks = JoinSet::new();
        tasks.spawn(work::delivery::run(self.shared.clone()));
        tasks.spawn(work::report::run(self.shared.clone()));
        tasks.spawn(work::visit::run(self.shared.clone()));
        Running { shared: self.shared, tasks }
    }
}

/// The Remote Service at work. Dropping it stops the work as [`stop`](Self::stop) does, without waiting.
#[derive(Debug)]
pub struct Running {
    shared: Arc<Shared>,
    tasks: JoinSet<()>,
}

impl Running {
    /// Everything that a page shows, as of now: no lock, no I/O.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.shared.snapshot()
    }

    /// What happens from now on.
    #[must_use]
    pub fn events(&self) -> Events {
        Events::new(self.shared.subscribe())
    }

    /// The settings in force.
    #[must_use]
    pub fn settings(&self) -> Arc<Settings> {
        self.shared.settings()
    }

    /// Changes settings: checked, saved whole or not at all, in force without a restart.
    ///
    /// # Errors
    /// [`Error::Setting`] naming the key, or [`Error::SettingsFile`]; the old settings stay in force.
    pub async fn update_settings(&self, change: impl FnOnce(&mut Settings)) -> Result<(), Error> {
        let mut settings = Settings::clone(&self.shared.settings());
        change(&mut settings);
        let saved = settings.clone();
        blocking(&self.shared, move |shared| saved.save(&shared.dir.settings())).await??;
        self.shared.health.open_latches();
        self.shared.show_settings(&settings);
        self.shared.settings.send_replace(Arc::new(settings));
        self.shared.emit(EventKind::SettingsChanged);
        Ok(())
    }

    /// Stores a secret under one of the names in [`settings::secret`](crate::settings::secret); it is used from the
    /// next connection on.
    ///
    /// # Errors
    /// [`Error::Secrets`]; the old secret stays.
    pub async fn set_secret(&self, name: &'static str, value: SecretString) -> Result<(), Error> {
        blocking(&self.shared, move |shared| shared.secrets.0.set(name, &value))
            .await?
            .map_err(|source| Error::Secrets { source })?;
        self.shared.health.open_latches();
        self.shared.settings.send_modify(|_| {}); // whoever works with the old one begins anew
        Ok(())
    }

    /// Takes in a license without a back office: the first installation, or a file that came by mail.
    ///
    /// # Errors
    /// [`Error::Refused`] with the reason; the license in force stays. [`Error::License`] when it cannot be kept.
    pub async fn import_license(&self, license: Import) -> Result<Imported, Error> {
        import(&self.shared, license).await
    }

    /// Whether a release may be installed under the license in force, and why: for installers, to be asked before anything
    /// is changed on disk. `None` before the first license.
    #[must_use]
    pub fn entitlement(&self, release: &Release) -> Option<Entitlement> {
        let snapshot = self.snapshot();
        let license = &snapshot.license.in_force.as_ref()?.license;
        Some(covers(license, release, &self.shared.product.policy()))
    }

    /// Dismisses the announcement of a new license; returns whether there was one.
    ///
    /// # Errors
    /// [`Error::License`] when that cannot be written down.
    pub async fn dismiss_announcement(&self, license: Digest) -> Result<bool, Error> {
        blocking(&self.shared, move |shared| {
            let mut custody = shared.custody();
            let dismissed = custody.records.dismiss(license)?;
            shared.show_license(&custody);
            Ok(dismissed)
        })
        .await?
    }

    /// Asks for all failed deliveries to be tried again now.
    ///
    /// # Errors
    /// [`Error::License`] when that cannot be written down.
    pub async fn retry_deliveries(&self) -> Result<(), Error> {
        blocking(&self.shared, |shared| {
            let mut custody = shared.custody();
            custody.outbox.try_all_again()?;
            shared.show_license(&custody);
            shared.nudges.delivery.notify_one();
            Ok(())
        })
        .await?
    }

    /// Stops: what is under way is given 2 s, and nothing is left half done.
    pub async fn stop(mut self) {
        self.tasks.abort_all();
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_WITHIN, ended).await.is_err() {
            tracing::warn!(target: "remote_service", "a delivery goes on in the background; its next start finishes it");
        }
    }
}
