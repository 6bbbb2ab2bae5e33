//! What deliveries of ours that were killed left behind on the share.
use std::sync::Arc;

use futures_util::StreamExt;
use smb::{
    CreateDisposition, CreateOptions, Directory, FileAccessMask, FileAttributes, FileCreateArgs,
    FileDirectoryInformation, binrw_util::prelude::FileTime,
};

use super::session::Session;
use crate::server::LEFTOVER_AGE;

/// FILETIME counts steps of 100 ns.
const STEPS_PER_SECOND: u64 = 10_000_000;

/// More is not looked at in one visit: a folder of others must not hold us up.
const MOST: usize = 1_000;

/// Deletes the temporary files of ours that are older than [`LEFTOVER_AGE`] at `now` of the server's clock. Files of
/// others and folders stay, also when they look alike.
pub(super) async fn leftovers(session: &Session, now: FileTime) -> Result<(), smb::Error> {
    let args = FileCreateArgs {
        disposition: CreateDisposition::Open,
        attributes: FileAttributes::new(),
        options: CreateOptions::new().with_directory_file(true),
        desired_access: FileAccessMask::new().with_file_read_data(true).with_synchronize(true),
    };
    let smb::Resource::Directory(folder) = session.tree.create(&session.address.folder(), &args).await?
    else {
        return Ok(());
    };
    let folder = Arc::new(folder);
    let found = find(&folder, now).await;
    folder.close().await?;
    for name in found? {
        if let Err(error) = session.delete(&name).await {
            // Renamed or swept by another meanwhile, or not ours to delete; the others are tried all the same.
            crate::trace::note("a leftover cannot be deleted", &error);
        }
    }
    Ok(())
}

async fn find(folder: &Arc<Directory>, now: FileTime) -> Result<Vec<String>, smb::Error> {
    let mut found = Vec::new();
    let files = Directory::query::<FileDirectoryInformation>(folder, "~*.part").await?;
    let mut files = files.take(MOST);
    while let Some(file) = files.next().await {
        match file {
            Ok(file) if is_leftover(&file, now) => found.push(file.file_name.to_string()),
            Ok(_) => {}
            // Some servers say so where nothing has such a name.
            Err(smb::Error::UnexpectedMessageStatus(NO_SUCH_FILE)) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// STATUS_NO_SUCH_FILE.
const NO_SUCH_FILE: u32 = 0xC000_000F;

fn is_leftover(file: &FileDirectoryInformation, now: FileTime) -> bool {
    let age = now.saturating_sub(*file.last_write_time) / STEPS_PER_SECOND;
    let other = file.file_attributes.directory() || file.file_attributes.reparse_point();
    !other && age > LEFTOVER_AGE.as_secs() && durable_file::is_part_name(&file.file_name.to_string())
}
