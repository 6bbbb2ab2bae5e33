//! Saving a license by hand: to a stick or a share, from where a person carries it to the license server.
use std::{
    fs::{self, File},
    hash::{BuildHasher, Hasher, RandomState},
    io,
    path::{Path, PathBuf},
};

use fs_extra::file::CopyOptions;
use signed_envelope::Digest;

use super::Outbox;
use crate::{Error, Records};

/// So much is copied between two calls of the progress.
const STEP: usize = 64 * 1024;

/// How far saving or delivering has come, for a progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes copied so far, of all files together.
    pub copied: u64,
    /// Bytes to be copied, of all files together.
    pub total: u64,
}

/// What was saved, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Saved {
    /// The license file.
    pub license: PathBuf,
    /// Its envelope, `NAME.dsse`, where the license server wants one.
    pub envelope: Option<PathBuf>,
    /// The sequence reset that the license server has to see before, `NAME.reset.dsse`.
    pub reset: Option<PathBuf>,
}

impl Outbox {
    /// Saves a license into `folder`, which must exist: the file, and where the license server wants envelopes, before it
    /// a sequence reset that it still has to see (as `NAME.reset.dsse`) and the license's own (`NAME.dsse`). What has
    /// these names is replaced, each whole or not at all.
    ///
    /// The entry stays in the outbox: only the license server tells that the license arrived.
    ///
    /// # Errors
    /// As [`license_file`](Self::license_file), and [`Error::Io`] when the folder cannot be written.
    pub fn save(
        &self,
        id: Digest,
        records: &Records,
        folder: &Path,
        with_envelope: bool,
        mut progress: impl FnMut(Progress),
    ) -> Result<Saved, Error> {
        let license = self.license_file(id)?;
        let reset = records.reset_to_be_passed_on(&self.live(id)?.license).filter(|_| with_envelope);
        let reset = reset.map(|reset| {
            let target = folder.join(license.reset_name());
            durable_file::replace(&target, reset).map_err(|error| Error::io("saving", &target, error))?;
            Ok::<_, Error>(target)
        });
        let reset = reset.transpose()?;
        let envelope = license.envelope.as_deref().filter(|_| with_envelope);
        let total = license.size(with_envelope);
        let mut before = 0;
        let mut put = |name: &str, expected: &[u8]| {
            let target = folder.join(name);
            copy(&self.folder_of(id).join(name), &target, expected, |copied| {
                progress(Progress { copied: before + copied, total });
            })
            .map_err(|error| Error::io("saving", &target, error))?;
            before += expected.len() as u64;
            Ok::<_, Error>(target)
        };
        let envelope = envelope.map(|envelope| put(&license.envelope_name(), envelope)).transpose()?;
        let license = put(license.name.as_str(), &license.bytes)?;
        Ok(Saved { license, envelope, reset })
    }
}

/// `fs_extra` reports progress but neither syncs nor replaces whole; so it only ever fills a file that nobody looks at.
fn copy(from: &Path, to: &Path, expected: &[u8], mut progress: impl FnMut(u64)) -> io::Result<()> {
    let part = Part::beside(to);
    let options = CopyOptions::new().buffer_size(STEP);
    fs_extra::file::copy_with_progress(from, &part.0, &options, |at| progress(at.copied_bytes)).map_err(
        |error| match error.kind {
            fs_extra::error::ErrorKind::Io(cause) => cause,
            _ => io::Error::other(error),
        },
    )?;
    if durable_file::read_limited(&part.0, expected.len() as u64)? != expected {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "what was read back is not what was saved"));
    }
    File::options().write(true).open(&part.0)?.sync_all()?;
    durable_file::rename(&part.0, to)
}

/// A file beside the target that goes unless it is renamed. It has the name that [`durable_file::sweep`] takes.
struct Part(PathBuf);

impl Part {
    fn beside(target: &Path) -> Self {
        Self(target.with_file_name(format!("~save.{:016x}.part", RandomState::new().build_hasher().finish())))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Not there any more once it is renamed; what cannot be removed is swept later.
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offer::samples::{second, signed};

    #[test]
    fn a_saved_license_is_whole_and_the_progress_reaches_its_end() {
        let home = tempfile::tempdir().unwrap();
        let mut outbox = Outbox::open(home.path().join("outbox")).unwrap();
        let records = Records::open(home.path().join("license")).unwrap();
        let mut offer = signed(7, 10);
        offer.file.bytes = vec![b'x'; 3 * STEP + 1];
        outbox.add(&offer, second(0)).unwrap();
        let stick = home.path().join("stick");
        fs::create_dir(&stick).unwrap();
        fs::write(stick.join("prismadirect.lic"), "old").unwrap();
        for with_envelope in [false, true] {
            let mut seen = Vec::new();
            let saved = outbox
                .save(offer.digest, &records, &stick, with_envelope, |progress| seen.push(progress))
                .unwrap();
            assert_eq!((saved.envelope.is_some(), &saved.reset), (with_envelope, &None));
            assert_eq!(fs::read(&saved.license).unwrap(), offer.file.bytes);
            assert_eq!(fs::read_dir(&stick).unwrap().count(), 1 + usize::from(with_envelope));
            let last = seen.last().unwrap();
            assert!(last.copied == last.total && seen.len() >= 4, "{seen:?}");
            assert!(seen.is_sorted_by_key(|progress| progress.copied));
        }
        assert_eq!(fs::read(stick.join("prismadirect.lic.dsse")).unwrap(), offer.file.envelope.unwrap());
        assert!(outbox.holds(offer.digest), "only the server tells that it arrived");
    }

    #[test]
    fn saving_that_fails_leaves_what_was_there() {
        let home = tempfile::tempdir().unwrap();
        let mut outbox = Outbox::open(home.path().join("outbox")).unwrap();
        let records = Records::open(home.path().join("license")).unwrap();
        let offer = signed(7, 10);
        outbox.add(&offer, second(0)).unwrap();
        let missing = home.path().join("missing");
        let error = outbox.save(offer.digest, &records, &missing, true, |_| {}).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("saving {} failed", missing.join("prismadirect.lic.dsse").display())
        );
        let stick = home.path().join("stick");
        fs::create_dir_all(stick.join("prismadirect.lic")).unwrap();
        outbox.save(offer.digest, &records, &stick, false, |_| {}).unwrap_err();
        assert_eq!(fs::read_dir(&stick).unwrap().count(), 1, "no part is left");
        assert!(outbox.save(Digest::of(b"none"), &records, &stick, false, |_| {}).is_err());
    }
}
