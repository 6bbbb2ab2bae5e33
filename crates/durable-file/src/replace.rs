use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::time::Duration;

use crate::folder::{folder_of, sync_folder};
use crate::in_use;
use crate::part::Part;

/// Gives `path` this content, whole and for good, or leaves it as it was.
///
/// # Errors
/// What the operating system says; the old content is then in place.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    Replace::new(path).write(bytes)
}

/// [`replace`] with a look at the file before it is renamed, and patience while the old one is in use.
///
/// Where `path` is a link, the link is replaced, not the file that it names.
pub struct Replace<'a> {
    path: &'a Path,
    verify: Box<Verify<'a>>,
    rename: Box<Rename<'a>>,
    retry_in_use: Vec<Duration>,
    mode: Option<u32>,
}

type Verify<'a> = dyn FnOnce(&Path) -> io::Result<()> + 'a;
type Rename<'a> = dyn FnMut(&Path, &Path) -> io::Result<()> + 'a;

impl<'a> Replace<'a> {
    /// Will write to `path`, whose folder must exist.
    pub fn new(path: &'a Path) -> Self {
        Self {
            path,
            verify: Box::new(|_| Ok(())),
            rename: Box::new(|from, to| fs::rename(from, to)),
            retry_in_use: in_use::moments(),
            mode: None,
        }
    }

    /// Calls `verify` with the `.part` file, when it is written, synced and closed. An error ends it all: the old
    /// content stays. Default: no look.
    pub fn verify(self, verify: impl FnOnce(&Path) -> io::Result<()> + 'a) -> Self {
        Self { verify: Box::new(verify), ..self }
    }

    /// Tries the rename once more after each of these waits (on the calling thread) while it fails as
    /// [`is_in_use`](crate::is_in_use) tells. Default: on Windows, where a reader, a virus scanner or a backup is in the
    /// way while it looks at the old file, nine waits of half a second together; elsewhere no second try.
    pub fn retry_in_use(self, waits: Vec<Duration>) -> Self {
        Self { retry_in_use: waits, ..self }
    }

    /// Permission bits of the file on Unix, less the umask. Default: those of any new file. Nothing on Windows.
    pub fn mode(self, mode: u32) -> Self {
        Self { mode: Some(mode), ..self }
    }

    /// Calls `rename(from, to)` in place of [`fs::rename`]: for tests of what a server of another kind answers.
    pub fn rename_with(self, rename: impl FnMut(&Path, &Path) -> io::Result<()> + 'a) -> Self {
        Self { rename: Box::new(rename), ..self }
    }

    /// Writes.
    ///
    /// # Errors
    /// What the operating system or the hook says; the old content is then in place. One exception: an error of
    /// the last step, the sync of the folder, comes when the new content is in place but may not survive a crash.
    pub fn write(mut self, bytes: &[u8]) -> io::Result<()> {
        let mut part = Self::fill(self.path, self.mode, bytes)?;
        (self.verify)(&part.path)?;
        in_use::retry(self.retry_in_use, || (self.rename)(&part.path, self.path))?;
        part.renamed = true;
        sync_folder(folder_of(self.path))
    }

    /// Writes unless something is there already, which then stays: `false`. Also of two processes only one writes.
    ///
    /// # Errors
    /// As [`write`](Self::write); also where the file system has no hard links.
    pub fn write_new(self, bytes: &[u8]) -> io::Result<bool> {
        let part = Self::fill(self.path, self.mode, bytes)?;
        (self.verify)(&part.path)?;
        match fs::hard_link(&part.path, self.path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            linked => linked.and_then(|()| sync_folder(folder_of(self.path))).map(|()| true),
        }
    }

    fn fill(path: &Path, mode: Option<u32>, bytes: &[u8]) -> io::Result<Part> {
        let (part, mut file): (Part, File) = Part::create(path, mode)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(part)
    }
}

#[cfg(test)]
mod tests;
