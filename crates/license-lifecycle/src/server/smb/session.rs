//! One visit to a share: log on, put files in place, leave.
use std::{cell::Cell, hash::BuildHasher, time::Duration};

use futures_util::future::{join, try_join_all};
use secrecy::{ExposeSecret, SecretString};
use signed_envelope::Digest;
use smb::{
    Connection, ConnectionConfig, CreateDisposition, CreateOptions, Dialect, File, FileAccessMask,
    FileAttributes, FileCreateArgs, FileDispositionInformation, FileRenameInformation, Guid, Tree, UncPath,
    binrw_util::prelude::FileTime,
};
use sspi::{AuthIdentity, Username};
use tokio::net::TcpStream;

use super::{SmbAddress, cause, sweep, transport::Transport};
use crate::{
    server::{ServerError, ServerErrorKind, Step},
    trace,
};

/// A read or a write of this size costs one credit, so every server takes it.
const BLOCK: usize = 64 * 1024;

/// How long to wait, and how often, while another program holds the file that is to be replaced.
const RETRIES: [Duration; 3] =
    [Duration::from_millis(250), Duration::from_millis(500), Duration::from_millis(1000)];

/// How far a visit has come, for whoever gives up waiting for it.
pub(super) struct Reached {
    step: Cell<Step>,
    /// The rename was sent, and it is not known that it was done for good.
    renaming: Cell<bool>,
}

impl Reached {
    pub(super) fn new() -> Self {
        Self { step: Cell::new(Step::Connect), renaming: Cell::new(false) }
    }

    pub(super) fn timed_out(&self) -> ServerError {
        self.with_outcome(ServerError::new(ServerErrorKind::Timeout).during(self.step.get()))
    }

    fn failed(&self, error: smb::Error) -> ServerError {
        self.with_outcome(cause::server_error(error, self.step.get()))
    }

    /// A server that answered did not rename; one that fell silent may have.
    fn with_outcome(&self, error: ServerError) -> ServerError {
        let silent = matches!(error.kind, ServerErrorKind::Timeout | ServerErrorKind::HostUnreachable);
        if silent && self.renaming.get() { error.with_unknown_outcome() } else { error }
    }
}

pub(super) struct Session {
    pub(super) address: SmbAddress,
    reached: Reached,
    connection: Connection,
    session: smb::Session,
    pub(super) tree: Tree,
    /// When the last file was written, by the server's clock: the only one that the age of a leftover can be measured by.
    written_at: Cell<Option<FileTime>>,
}

impl Session {
    pub(super) async fn open(
        address: &SmbAddress,
        password: &SecretString,
        reached: &Reached,
    ) -> Result<Self, ServerError> {
        let failed = |error| reached.failed(error);
        let stream = TcpStream::connect((address.host.as_str(), address.port)).await;
        let transport = stream.and_then(Transport::new).map_err(|error| failed(error.into()))?;
        let connection =
            Connection::from_transport(Box::new(transport), &address.host, Guid::generate(), config())
                .await
                .map_err(failed)?;
        reached.step.set(Step::LogOn);
        let identity = identity(address, password).map_err(failed)?;
        let session = connection.authenticate(identity).await.map_err(failed)?;
        reached.step.set(Step::OpenShare);
        let share = UncPath::new(&address.host).and_then(|server| server.with_share(&address.share));
        let tree = session.tree_connect(&share.map_err(failed)?).await.map_err(failed)?;
        Ok(Self {
            address: address.clone(),
            reached: Reached::new(),
            connection,
            session,
            tree,
            written_at: Cell::new(None),
        })
    }

    pub(super) fn timed_out(&self) -> ServerError {
        self.reached.timed_out()
    }

    /// Leaves in good order, and leaves no leftovers of ours behind; what fails then changes nothing.
    pub(super) async fn close(self) {
        if let Some(now) = self.written_at.get()
            && let Err(error) = sweep::leftovers(&self, now).await
        {
            trace::note("leftovers cannot be swept", &error);
        }
        let _ = self.tree.disconnect().await;
        let _ = self.session.logoff().await;
        let _ = self.connection.close().await;
    }

    /// Puts a file in place: write beside it, sync, read back, rename, sync.
    /// `written` is told how many bytes the server has taken.
    pub(super) async fn put(
        &self,
        name: &str,
        bytes: &[u8],
        written: &(dyn Fn(u64) + Sync),
    ) -> Result<Digest, ServerError> {
        let part = durable_file::part_name(name.as_ref(), std::hash::RandomState::new().hash_one(name));
        let placed = self.put_by(&part, name, bytes, written).await;
        if placed.is_err() && !self.reached.renaming.get() {
            // What cannot be deleted now is a leftover; the license in force is not touched by it.
            let _ = self.delete(&part).await;
        }
        placed
    }

    async fn put_by(
        &self,
        part: &str,
        name: &str,
        bytes: &[u8],
        written: &(dyn Fn(u64) + Sync),
    ) -> Result<Digest, ServerError> {
        self.step(Step::Write);
        let written = self.write(part, bytes, written).await.map_err(|error| self.reached.failed(error))?;
        let access = reading().with_file_write_data(true).with_delete(true);
        // In one round trip.
        let (closed, file) =
            join(written.close(), self.open_file(part, CreateDisposition::Open, access)).await;
        closed.map_err(|error| self.reached.failed(error))?;
        trace::point("part_written", name);
        self.step(Step::Read);
        let file = file.map_err(|error| self.reached.failed(error))?;
        self.written_at.set(Some(file.modified().into()));
        let read = self.read(&file, bytes.len()).await.map_err(|error| self.reached.failed(error))?;
        if read != bytes {
            return Err(ServerError::new(ServerErrorKind::VerifyMismatch).during(Step::Read));
        }
        trace::point("part_verified", name);
        self.step(Step::Replace);
        self.rename(&file, name).await?;
        let synced = file.flush().await.map_err(smb::Error::from);
        let closed = file.close().await;
        synced.and(closed).map_err(|error| self.reached.failed(error).with_unknown_outcome())?;
        self.reached.renaming.set(false);
        Ok(Digest::of(&read))
    }

    /// The file as it lies there; `None` when there is none.
    pub(super) async fn find(&self, name: &str, limit: usize) -> Result<Option<Vec<u8>>, ServerError> {
        self.step(Step::Read);
        let read = async {
            let file = self.open_file(name, CreateDisposition::Open, reading()).await?;
            let read = self.read(&file, limit).await?;
            file.close().await.map(|()| read)
        };
        match read.await.map_err(|error| self.reached.failed(error)) {
            Ok(read) => Ok(Some(read)),
            Err(error) if error.kind == ServerErrorKind::PathNotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn delete(&self, name: &str) -> Result<(), ServerError> {
        self.step(Step::Delete);
        let delete = async {
            let access = FileAccessMask::new().with_delete(true).with_synchronize(true);
            let file = self.open_file(name, CreateDisposition::Open, access).await?;
            file.set_info(FileDispositionInformation::default()).await?;
            file.close().await
        };
        delete.await.map_err(|error| self.reached.failed(error))
    }

    /// A new file with these bytes, synced.
    async fn write(&self, name: &str, bytes: &[u8], told: &(dyn Fn(u64) + Sync)) -> Result<File, smb::Error> {
        let access = FileAccessMask::new()
            .with_file_write_data(true)
            .with_file_append_data(true)
            .with_file_read_attributes(true)
            .with_synchronize(true);
        let file = self.open_file(name, CreateDisposition::Create, access).await?;
        let taken = Cell::new(0);
        // All at once: one round trip, and not one for each block.
        try_join_all(bytes.chunks(BLOCK).enumerate().map(async |(block, bytes)| {
            let mut written = 0;
            while written < bytes.len() {
                let at = (block * BLOCK + written) as u64;
                match file.write_block(&bytes[written..], at, None).await? {
                    0 => return Err(std::io::Error::from(std::io::ErrorKind::WriteZero)),
                    count => written += count,
                }
            }
            taken.set(taken.get() + written as u64);
            told(taken.get());
            Ok(())
        }))
        .await?;
        file.flush().await?;
        Ok(file)
    }

    /// At most one byte more than `limit`.
    async fn read(&self, file: &File, limit: usize) -> Result<Vec<u8>, smb::Error> {
        let blocks = (0..=limit).step_by(BLOCK).map(async |start| {
            let mut block = vec![0; BLOCK];
            let mut read = 0;
            while read < BLOCK {
                match file.read_block(&mut block[read..], (start + read) as u64, None, true).await? {
                    0 => break,
                    count => read += count,
                }
            }
            block.truncate(read);
            Ok::<_, smb::Error>(block)
        });
        let mut read = try_join_all(blocks).await?.concat();
        read.truncate(limit + 1);
        Ok(read)
    }

    async fn rename(&self, file: &File, name: &str) -> Result<(), ServerError> {
        let mut waits = RETRIES.into_iter();
        loop {
            let rename = FileRenameInformation {
                replace_if_exists: true.into(),
                root_directory: 0,
                file_name: self.address.path_of(name).as_str().into(),
            };
            self.reached.renaming.set(true);
            let Err(error) = file.set_info(rename).await else { return Ok(()) };
            let error = self.reached.failed(error);
            self.reached.renaming.set(error.outcome_unknown);
            // Windows denies access, too, where somebody holds the file.
            let held = matches!(error.kind, ServerErrorKind::InUse | ServerErrorKind::AccessDenied);
            match waits.next().filter(|_| held) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(error),
            }
        }
    }

    /// With exactly these rights: an account that may "modify" is refused where all rights are asked for.
    async fn open_file(
        &self,
        name: &str,
        disposition: CreateDisposition,
        desired_access: FileAccessMask,
    ) -> Result<File, smb::Error> {
        let args = FileCreateArgs {
            disposition,
            attributes: FileAttributes::new(),
            options: CreateOptions::new().with_non_directory_file(true),
            desired_access,
        };
        match self.tree.create(&self.address.path_of(name), &args).await? {
            smb::Resource::File(file) => Ok(file),
            _ => Err(smb::Error::InvalidState("not a file".to_owned())),
        }
    }

    fn step(&self, step: Step) {
        self.reached.step.set(step);
    }
}

/// SMB 3 and nobody's guest, so that everything is signed; encrypted wherever the server can.
fn config() -> ConnectionConfig {
    ConnectionConfig {
        min_dialect: Some(Dialect::Smb030),
        allow_unsigned_guest_access: false,
        smb2_only_negotiate: true,
        compression_enabled: false,
        disable_notifications: true,
        ..ConnectionConfig::default()
    }
}

fn identity(address: &SmbAddress, password: &SecretString) -> Result<AuthIdentity, smb::Error> {
    let username = Username::new(&address.user, address.domain.as_deref())
        .map_err(|error| smb::Error::SspiError(error.into()))?;
    Ok(AuthIdentity { username, password: password.expose_secret().to_owned().into() })
}

fn reading() -> FileAccessMask {
    FileAccessMask::new().with_file_read_data(true).with_file_read_attributes(true).with_synchronize(true)
}
