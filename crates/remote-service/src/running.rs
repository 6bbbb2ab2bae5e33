use std::sync::Arc;
use std::time::Duration;

use license_lifecycle::{Digest, Entitlement, Release, covers};
use secrecy::SecretString;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

use crate::connection::{Candidate, ConnectionTest, Report};
use crate::event::Events;
use crate::gatehouse::Assistance;
use crate::import::{Import, Imported, import};
use crate::outbox::Outbox;
use crate::settings::Settings;
use crate::shared::{Shared, blocking};
use crate::{Error, Snapshot, change, rotation};

/// How long [`Running::stop`] waits for what is under way.
const STOP_WITHIN: Duration = Duration::from_secs(2);
const A_MOMENT: Duration = Duration::from_millis(2);

/// The Remote Service at work. Dropping it stops the work as [`stop`](Self::stop) does, without waiting.
#[derive(Debug)]
pub struct Running {
    shared: Arc<Shared>,
    work: Mutex<Work>,
}

#[derive(Debug)]
struct Work {
    tasks: JoinSet<()>,
    /// Closed when the last call to the provider of remote desktops is over.
    closed: mpsc::Receiver<()>,
}

impl Running {
    pub(crate) fn new(shared: Arc<Shared>, tasks: JoinSet<()>, closed: mpsc::Receiver<()>) -> Self {
        Self { shared, work: Mutex::new(Work { tasks, closed }) }
    }

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
        self.update(change, Vec::new()).await
    }

    /// Changes the settings and secrets of one form: both or neither. Secrets are named as in
    /// [`settings::secret`](crate::settings::secret); an empty one is deleted. What they concern begins anew with them.
    ///
    /// # Errors
    /// As [`update_settings`](Self::update_settings), and [`Error::Secrets`]; everything stays as it was.
    pub async fn update(
        &self,
        change: impl FnOnce(&mut Settings),
        secrets: Vec<(&'static str, SecretString)>,
    ) -> Result<(), Error> {
        change::update(&self.shared, change, secrets).await
    }

    /// Stores a secret under one of the names in [`settings::secret`](crate::settings::secret); it is used from the
    /// next connection on.
    ///
    /// # Errors
    /// [`Error::Secrets`]; the old secret stays.
    pub async fn set_secret(&self, name: &'static str, value: SecretString) -> Result<(), Error> {
        change::update(&self.shared, |_| {}, vec![(name, value)]).await
    }

    /// `[Change]` of `[Remote service credentials:]`: tries them first, and keeps them only when that works; the report
    /// says. A user is tried on `share` (`smb://HOST[:PORT]/SHARE[/PATH]`, none: the one in the settings), also when
    /// licenses do not go there yet; the settings keep the share that they have. No user = the account that the process
    /// runs as, tried where licenses go.
    ///
    /// # Errors
    /// As [`update`](Self::update); [`Error::Setting`] names `license.share` when there is none to try a user on.
    pub async fn change_credentials(
        &self,
        domain: Option<String>,
        user: Option<String>,
        password: SecretString,
        share: Option<String>,
    ) -> Result<Report, Error> {
        change::credentials(&self.shared, domain, user, password, share).await
    }

    /// [Test connection]: tries the way to the back office and to the license server, stage by stage, with what is saved
    /// or with what is not saved yet. Needs the runtime; dropping the test ends it.
    #[must_use]
    pub fn test_connection(&self, candidate: Candidate) -> ConnectionTest {
        ConnectionTest::start(self.shared.clone(), candidate)
    }

    /// [Failed to update license on:]: licenses that wait for a person who carries them.
    #[must_use]
    pub fn outbox(&self) -> Outbox<'_> {
        Outbox { shared: &self.shared }
    }

    /// Remote assistance: who is there, and what people decide.
    #[must_use]
    pub fn assistance(&self) -> Assistance<'_> {
        Assistance { shared: &self.shared }
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
            Ok(shared.change_license(|custody| custody.records.dismiss(license))?)
        })
        .await?
    }

    /// Gives the installation a new key: after a copy of the state directory went astray, or as a routine. From the back
    /// office's answer on, the old key counts no more, and the audit's head is signed by the new one.
    ///
    /// # Errors
    /// [`Error::KeyWaits`] when the back office has not taken it: then each connection tries it again. [`Error::File`];
    /// [`Error::Assistance`] when the audit's head cannot be signed now: it is with the next record.
    pub async fn change_key(&self) -> Result<(), Error> {
        rotation::change_key(&self.shared).await
    }

    /// Asks for all failed deliveries to be tried again now.
    ///
    /// # Errors
    /// [`Error::License`] when that cannot be written down.
    pub async fn retry_deliveries(&self) -> Result<(), Error> {
        blocking(&self.shared, |shared| {
            shared.change_license(|custody| custody.outbox.try_all_again())?;
            shared.nudges.delivery.notify_one();
            Ok(())
        })
        .await?
    }

    /// Stops: sessions of remote assistance are ended, what is under way is given 2 s, and nothing is left half done. What
    /// is called afterwards fails with [`Error::Stopped`]; another process may use the state directory.
    pub async fn stop(&self) {
        let gate = self.shared.gatehouse.stop();
        let mut work = self.work.lock().await;
        work.tasks.abort_all();
        let ended = async {
            let _ = gate.await;
            while work.tasks.join_next().await.is_some() {}
            while work.closed.recv().await.is_some() {}
            let hold = self.shared.dir.release();
            while hold.as_ref().is_some_and(|hold| Arc::strong_count(hold) > 1) {
                tokio::time::sleep(A_MOMENT).await;
            }
        };
        if tokio::time::timeout(STOP_WITHIN, ended).await.is_err() {
            self.shared.dir.release();
            tracing::warn!(target: "remote_service", "something goes on in the background; the next start finishes it");
        }
    }
}

impl Drop for Running {
    /// Sessions end with the service that they were granted to, also when nobody stops it.
    fn drop(&mut self) {
        drop(self.shared.gatehouse.stop());
        self.shared.dir.release();
    }
}
