use std::sync::Arc;

use remote_assistance::{LocalClient, SessionBroker};
use secret_store::{KeySource, SealedFolder, SecretStore};
use signed_envelope::KeyRing;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::custody::Custody;
use crate::event::Events;
use crate::gatehouse::{Gatehouse, Keeper, RemoteDesktop};
use crate::settings::Settings;
use crate::shared::{Secrets, Shared};
use crate::{Error, Product, Running, StateDir, work};

/// Puts a [`RemoteService`] together; from [`RemoteService::builder`].
#[derive(Debug)]
#[must_use]
pub struct Builder {
    dir: StateDir,
    product: Option<Product>,
    trusted: Option<KeyRing>,
    secrets: Option<Secrets>,
    settings: Option<Settings>,
    desktop: Desktop,
}

/// Which remote desktop there is.
#[derive(Debug)]
enum Desktop {
    None,
    Given(RemoteDesktop),
    #[cfg(feature = "teamviewer")]
    TeamViewer,
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

    /// The remote desktop program of this computer, and the provider in whose cloud sessions are made. Default: none, and
    /// remote assistance is off whatever the settings say.
    pub fn remote_desktop(
        mut self,
        client: impl LocalClient + 'static,
        broker: impl SessionBroker + 'static,
    ) -> Self {
        self.desktop = Desktop::Given(RemoteDesktop { client: Box::new(client), broker: Arc::new(broker) });
        self
    }

    /// TeamViewer as the settings name it (`teamviewer.*`, secret `teamviewer-token`), its Web API reached by the same way
    /// out as the back office.
    #[cfg(feature = "teamviewer")]
    pub fn teamviewer(mut self) -> Self {
        self.desktop = Desktop::TeamViewer;
        self
    }

    /// Reads the state directory and checks everything once, so that later calls cannot fail on it.
    ///
    /// # Errors
    /// [`Error::Missing`] when product or keys were not given, whatever [`Settings::load`] refuses, and
    /// [`Error::StateFile`], [`Error::License`] or [`Error::Assistance`] naming the file that cannot be read back; it is
    /// left as it is.
    pub fn build(self) -> Result<RemoteService, Error> {
        let Self { dir, product, trusted, secrets, settings, desktop } = self;
        let product = product.ok_or(Error::Missing { what: "product" })?;
        let trusted = trusted.ok_or(Error::Missing { what: "trusted keys" })?;
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
        let (gatehouse, orders) = Gatehouse::new();
        let shared = Arc::new(Shared::new(product, trusted, dir, secrets, settings, custody, gatehouse)?);
        let desktop = match desktop {
            Desktop::None => None,
            Desktop::Given(desktop) => Some(desktop),
            #[cfg(feature = "teamviewer")]
            Desktop::TeamViewer => Some(crate::teamviewer::remote_desktop(&shared)),
        };
        let keeper = Keeper::open(&shared, desktop, orders)?;
        Ok(RemoteService { shared, keeper })
    }
}

fn sealed(dir: &StateDir) -> Result<SealedFolder, Error> {
    let key = KeySource::File(dir.secrets().join("key"));
    SealedFolder::open(&dir.secrets(), key).map_err(|source| Error::Secrets { source })
}

/// The Remote Service, ready to start.
#[derive(Debug)]
pub struct RemoteService {
    pub(crate) shared: Arc<Shared>,
    keeper: Keeper,
}

impl RemoteService {
    /// Begins with the folder that holds an installation's state.
    pub fn builder(dir: StateDir) -> Builder {
        Builder { dir, product: None, trusted: None, secrets: None, settings: None, desktop: Desktop::None }
    }

    /// What happens from now on, the work's first steps included.
    #[must_use]
    pub fn events(&self) -> Events {
        Events::new(self.shared.subscribe())
    }

    /// Starts the work; needs a tokio runtime with time and I/O.
    #[must_use]
    pub fn start(self) -> Running {
        let Self { shared, keeper } = self;
        let (closing, closed) = mpsc::channel(1);
        // What an earlier process left running is ended before anything else.
        keeper.start(shared.clone(), Handle::current(), closing);
        let mut tasks = JoinSet::new();
        tasks.spawn(work::delivery::run(shared.clone()));
        tasks.spawn(work::report::run(shared.clone()));
        tasks.spawn(work::assistance::run(shared.clone()));
        tasks.spawn(work::visit::run(shared.clone()));
        Running::new(shared, tasks, closed)
    }
}
