use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::TempDir;

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
    /// Removes a copy with this value; last, because the lock lies in it.
    copy: Option<TempDir>,
}

/// Keeps other processes out of the state directory for as long as somebody has it.
pub(crate) type Hold = Arc<File>;

impl StateDir {
    /// Opens the folder at `root`, making it (mode 0700 on Unix) where it is missing.
    ///
    /// # Errors
    /// [`Error::StateDirInUse`] when another process holds it, [`Error::File`] when it cannot be made or
    /// written to.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, Error> {
        let root = root.into();
        let failed = |source| Error::File { path: root.clone(), source };
        durable_file::create_folder(&root).map_err(failed)?;
        restrict(&root).map_err(failed)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(root.join("lock"))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { root, lock: Mutex::new(Some(Arc::new(lock))), copy: None }),
            Err(TryLockError::WouldBlock) => Err(Error::StateDirInUse { path: root }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// A private copy of license and identity in the folder at `root`, which may be in use by another process: for a
    /// connection test beside a running service. What waits to be delivered and the records of remote assistance are not
    /// in it, so a service that starts on it delivers nothing and ends nobody's session. Gone when it is dropped.
    ///
    /// # Errors
    /// [`Error::File`] when the folder cannot be read, or the copy not be made in it.
    pub fn beside(root: &Path) -> Result<Self, Error> {
        let failed = |source| Error::File { path: root.to_owned(), source };
        let copy = tempfile::Builder::new().prefix("beside-").tempdir_in(root).map_err(failed)?;
        for folder in ["identity", "license"] {
            copy_folder(&root.join(folder), &copy.path().join(folder)).map_err(failed)?;
        }
        let mut opened = Self::open(copy.path())?;
        opened.copy = Some(copy);
        Ok(opened)
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

/// Files are replaced whole by whoever works there, so each is one state or the next.
fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    let entries = match std::fs::read_dir(from) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    std::fs::create_dir(to)?;
    for entry in entries {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        match entry.file_type()?.is_dir() {
            true => copy_folder(&from, &to)?,
            false => drop(std::fs::copy(&from, &to)?),
        }
    }
    Ok(())
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

    #[test]
    fn a_copy_beside_it_has_license_and_identity_alone_and_goes_away() {
        let folder = tempfile::tempdir().unwrap();
        let _held = StateDir::open(folder.path()).unwrap();
        for file in ["identity/key", "license/ab/license.lic", "outbox/entry", "assistance.json"] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file).unwrap();
        }
        let copy = StateDir::beside(folder.path()).unwrap();
        let root = copy.root().to_owned();
        assert_eq!(
            std::fs::read_to_string(root.join("license/ab/license.lic")).unwrap(),
            "license/ab/license.lic"
        );
        assert!(root.join("identity/key").is_file());
        assert!(!root.join("outbox").exists() && !root.join("assistance.json").exists());
        drop(copy);
        assert!(!root.exists());
    }
}
