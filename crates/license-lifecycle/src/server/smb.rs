use std::{
    fmt, io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use secrecy::SecretString;
use signed_envelope::Digest;
use tokio::time::Instant;

use super::{
    DeliveredLicense, InUse, LicenseFile, LicenseServer, Receipt, ServerError, ServerErrorKind, ServerStatus,
    StatusError, Step, Watcher, reset_name,
};
use crate::{FileName, Progress, trace};

mod address;
mod cause;
mod open;
mod session;
mod sweep;
mod transport;

pub use address::{BadAddress, SmbAddress};
use open::{Kept, Open};
use session::Session;

/// How long a delivery may take in all.
const PATIENCE: Duration = Duration::from_secs(30);

/// The license server's inbox as a folder on an SMB 3 share, with an account of its own (feature `smb`).
///
/// Works as [`Folder`](super::Folder) does, sweeping included, over a connection that is signed, and encrypted where the
/// server can. Each call logs on once, on a thread of its own, and ends within [`patience`](Self::patience). As a
/// [`ServerStatus`] it sees that the inbox was emptied, and no more.
///
/// # Time
/// In an open session a file takes eight round trips: create, write, sync, close and open again (one), read back, rename,
/// sync, close; the library cannot send several requests as one. Beside `smbclient`, 200 KB to Samba on the same machine:
/// 1.6 times its put, get and rename, and 4 times its put alone, which creates, writes and closes. More than half of our
/// time goes into what makes a license safe there: the two syncs, reading back and the rename.
#[derive(Clone)]
pub struct SmbShare {
    address: SmbAddress,
    password: SecretString,
    with_envelope: bool,
    patience: Duration,
    /// How long a session waits for the next visit.
    idle: Duration,
    kept: Arc<Mutex<Option<Kept>>>,
    progress: Arc<dyn Fn(Progress) + Send + Sync>,
    /// The file whose rename was sent without an answer.
    unknown: Option<Digest>,
}

impl SmbShare {
    /// The inbox at `address`, reached with this password.
    pub fn new(address: SmbAddress, password: SecretString) -> Self {
        Self {
            address,
            password,
            with_envelope: true,
            patience: PATIENCE,
            idle: Duration::ZERO,
            kept: Arc::default(),
            progress: Arc::new(|_| {}),
            unknown: None,
        }
    }

    /// Whether envelopes are dropped beside the files. Default: yes. A FlexNet server gets the file alone.
    #[must_use]
    pub fn with_envelope(self, with_envelope: bool) -> Self {
        Self { with_envelope, ..self }
    }

    /// How long a call may take in all. Default: 30 s.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// How long a session stays open after a call, for the next one of this share and its clones: for whoever delivers
    /// several licenses in a row. Default: 0 s, each call logs on anew.
    ///
    /// The session is left earlier when the last clone is dropped, which waits for that (2 s at most), and after any
    /// error; a server that went away meanwhile is an error once. A [`check`](LicenseServer::check) always logs on. A
    /// password that was changed at the server is noticed at the next log-on.
    #[must_use]
    pub fn keep_open(self, idle: Duration) -> Self {
        Self { idle, ..self }
    }

    /// Is told, on a thread of its own, how much of a delivery is written. Default: nobody is.
    #[must_use]
    pub fn on_progress(self, progress: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self { progress: Arc::new(progress), ..self }
    }

    /// One visit to the share, on a thread that no other runtime knows.
    fn visit<T: Send>(
        &self,
        visit: impl AsyncFnOnce(&Session) -> Result<T, ServerError> + Send,
    ) -> Result<T, ServerError> {
        let end = Instant::now() + self.patience;
        let on_own_thread = || {
            let open = match self.kept().and_then(Kept::take) {
                Some(open) => open,
                None => Open::new(&self.address, &self.password, end)?,
            };
            let (open, result) = open.visit(end, visit)?;
            if self.idle.is_zero() {
                open.leave(end);
            } else if let Ok(kept) = Kept::new(open, self.idle) {
                *self.lock() = Some(kept);
            }
            Ok(result)
        };
        thread::scope(|scope| scope.spawn(on_own_thread).join())
            .unwrap_or_else(|_| Err(unusable(io::Error::other("the SMB client broke down"))))
    }

    fn kept(&self) -> Option<Kept> {
        self.lock().take()
    }

    /// A panic elsewhere leaves it whole: every change is one assignment.
    fn lock(&self) -> MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, license: &LicenseFile) -> Result<Digest, ServerError> {
        let sha256 = Digest::of(&license.bytes);
        let arrived_before = self.unknown == Some(sha256);
        self.visit(async |session| {
            if arrived_before {
                let found = session.find(license.name.as_str(), license.bytes.len()).await?;
                if found.is_some_and(|found| found == license.bytes) {
                    return Ok(sha256);
                }
            }
            let envelope = license.envelope.as_deref().filter(|_| self.with_envelope);
            let total = license.size(self.with_envelope);
            let before = total - license.bytes.len() as u64;
            let told = |copied| (self.progress)(Progress { copied, total });
            if let Some(envelope) = envelope {
                session.put(&license.envelope_name(), envelope, &told).await?;
            }
            session.put(license.name.as_str(), &license.bytes, &|written| told(before + written)).await
        })
    }
}

impl LicenseServer for SmbShare {
    fn describe(&self) -> String {
        self.address.to_string()
    }

    fn deliver(&mut self, license: &LicenseFile) -> Result<Receipt, ServerError> {
        let put = self.put(license);
        let lost_sight = put.as_ref().is_err_and(|error| error.outcome_unknown);
        self.unknown = lost_sight.then(|| Digest::of(&license.bytes));
        let sha256 = put?;
        trace::point("renamed", license.name.as_str());
        Ok(Receipt { place: format!(r"{}\{}", self.address, license.name), sha256 })
    }

    fn reset(&mut self, name: &FileName, envelope: &[u8]) -> Result<(), ServerError> {
        if self.with_envelope {
            self.visit(async |session| session.put(&reset_name(name), envelope, &|_| {}).await)?;
        }
        Ok(())
    }

    fn check(&mut self) -> Result<(), ServerError> {
        self.check_watched(&mut |_| {})
    }

    fn check_watched(&mut self, passed: &mut Watcher<'_>) -> Result<(), ServerError> {
        // A name that watchers pass over.
        let name = format!("~check.{:016x}.part", std::process::id());
        drop(self.kept());
        self.visit(async |session| {
            passed(Step::OpenFolder);
            session.put(&name, b"first", &|_| {}).await?;
            [Step::Write, Step::Read].into_iter().for_each(&mut *passed);
            let replaced =
                session.put(&name, b"second", &|_| {}).await.map(drop).map_err(|error| match error.during {
                    Some(Step::Write) => error.during(Step::Replace),
                    _ => error,
                });
            let deleted = session.delete(&name).await;
            replaced?;
            passed(Step::Replace);
            deleted?;
            passed(Step::Delete);
            Ok(())
        })
    }
}

impl ServerStatus for SmbShare {
    /// Never [`InUse::Confirmed`]: see [`EmptiedInbox`](super::EmptiedInbox).
    fn in_use(&mut self, license: &DeliveredLicense) -> Result<InUse, StatusError> {
        let found = self.visit(async |session| session.find(license.name.as_str(), 0).await);
        let found = found.map_err(StatusError::new)?;
        Ok(if found.is_some() { InUse::NotYet } else { InUse::PickedUp })
    }
}

fn unusable(error: io::Error) -> ServerError {
    ServerError::new(ServerErrorKind::Storage).caused_by(error)
}

impl fmt::Debug for SmbShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmbShare").field("address", &self.address).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_shown_without_its_password() {
        let share = SmbShare::new("smb://D;user@fls/S".parse().unwrap(), "Geheim-1".into());
        assert!(!format!("{share:?}").contains("Geheim"));
        assert_eq!(share.describe(), r"\\fls\S");
    }

    #[test]
    fn a_host_that_nobody_has_is_told_at_once_and_a_silent_one_in_time() {
        let mut nobody = SmbShare::new("smb://u@127.0.0.1:1/S".parse().unwrap(), "x".into());
        let error = nobody.check().unwrap_err();
        assert_eq!((error.kind, error.during), (ServerErrorKind::HostUnreachable, Some(Step::Connect)));
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("smb://u@{}/S", silent.local_addr().unwrap());
        let mut share =
            SmbShare::new(address.parse().unwrap(), "x".into()).patience(Duration::from_millis(200));
        let error = share.check().unwrap_err();
        assert_eq!((error.kind, error.outcome_unknown), (ServerErrorKind::Timeout, false));
    }
}
