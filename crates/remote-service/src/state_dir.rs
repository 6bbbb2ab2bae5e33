use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::Error;

/// The folder that holds everything an installation must not forget, locked for this process.
///
/// The lock is taken when the folder is opened and held until the service has stopped, or the value is dropped: two services that
/// share a state directory would answer each other's events. The operating system gives the lock back
/// when a process dies, so a crash leaves nothing to clean up.
#[derive(Debug)]
pub struct StateDir {
    root: PathBuf,
    lock: Mutex<Option<Hold>>,
}

/// Keeps other processes out of the state directory for as long as somebody has it.
pub(crate) type Hold = Arc<File>;

impl StateDir {
    /// Opens the folder at `root`, making it (mode 0700 on Unix) where it is missing.
    ///
    /// # Errors
    /// [`Error::StateDirInUse`] when another process holds it, [`Error::StateDir`] when it cannot be made or
    /// written to.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, Error> {
        let root = root.into();
        let failed = |source| Error::StateDir { path: root.clone(), source };
        durable_file::create_folder(&root).map_err(failed)?;
        restrict(&root).map_err(failed)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(root.join("lock"))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { root, lock: Mutex::new(Some(Arc::new(lock))) }),
            Err(TryLockError::WouldBlock) => Err(Error::StateDirInUse { path: root }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// Keeps the lock for a piece of work.
    ///
    /// # Errors
    /// [`Error::Stopped`] once the service has stopped.
    pub(crate) fn hold(&self) -> Result<Hold, Error> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or(Error::Stopped)
    }

    /// Gives the lock back as soon as the work that has it is done; what comes out tells.
    pub(crate) fn release(&self) -> Option<Hold> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Where the folder is.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn settings(&self) -> PathBuf {
        self.root.join("settings.toml")
    }

    pub(crate) fn secrets(&self) -> PathBuf {
        self.root.join("secrets")
    }

    pub(crate) fn license(&self) -> PathBuf {
        self.root.join("license")
    }

    pub(crate) fn outbox(&self) -> PathBuf {
        self.root.join("outbox")
    }

    pub(crate) fn identity(&self) -> PathBuf {
        self.root.join("identity")
    }

    pub(crate) fn cursor(&self) -> PathBuf {
        self.root.join("cursor")
    }

    pub(crate) fn assistance_reports(&self) -> PathBuf {
        self.root.join("assistance-reports.json")
    }

    pub(crate) fn offer_reports(&self) -> PathBuf {
        self.root.join("offer-reports.json")
    }
}

#[cfg(unix)]
fn restrict(root: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(root, std::fs::Permissions::from_mode(0o700))
}

/// Windows folders inherit the rights of the product's data folder.
#[cfg(not(unix))]
fn restrict(_root: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_directory_is_held_by_one_service_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = StateDir::open(folder.path()).unwrap();
        assert!(matches!(StateDir::open(folder.path()), Err(Error::StateDirInUse { .. })));
        drop(first);
        StateDir::open(folder.path()).unwrap();
    }
}
