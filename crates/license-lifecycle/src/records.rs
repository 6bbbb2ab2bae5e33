//! What was delivered, accepted and announced: `state.json`, and one folder `DIGEST/` for each delivered license.
use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use signed_envelope::Digest;

mod announcement;
#[cfg(test)]
mod tests;

pub use announcement::Announcement;

use crate::{
    Accepted, Error, License, Mark, Verified, document,
    kept::Kept,
    known_time,
    manifest::Reset,
    outbox::Entry,
    server::{DeliveredLicense, InUse, LicenseFile},
    trace,
};

const STATE: &str = "state.json";

/// A signed time that moves the known time by less is remembered, but written with the next change only: the back office
/// signs a time with every answer.
const WORTH_WRITING: TimeDelta = TimeDelta::minutes(10);

/// What this installation knows about its licenses, kept through crashes.
#[derive(Debug)]
pub struct Records {
    folder: PathBuf,
    state: State,
    /// The known time as it stands on disk.
    written_time: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct State {
    in_force: Option<InForce>,
    marks: Vec<Mark>,
    known_time: Option<DateTime<Utc>>,
    announcements: Vec<Announcement>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    resets: Vec<PassedOn>,
}

/// A sequence reset that goes to the license server with each delivery, until one after it is seen there.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct PassedOn {
    serial_number: String,
    /// The license digest that had the mistyped sequence.
    mistyped: Digest,
    envelope: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct InForce {
    accepted: Accepted,
    file: Kept,
    previous: Option<License>,
    seen: Option<Seen>,
}

/// That the license server was seen taking or using the license in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// When it was seen.
    pub at: DateTime<Utc>,
    /// Whether the server said that it uses this license; `false`: it took the file, and more is not known.
    pub confirmed: bool,
}

impl Records {
    /// Opens the records in `folder`, which is made when missing.
    ///
    /// # Errors
    /// [`Error::Damaged`] when `state.json` cannot be understood; it stays as it is. [`Error::Io`].
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, Error> {
        let folder = folder.into();
        durable_file::create_folder(&folder).map_err(|error| Error::io("creating", &folder, error))?;
        let state: State = document::read(&folder.join(STATE))?.unwrap_or_default();
        let written_time = state.known_time;
        Ok(Self { folder, state, written_time })
    }

    /// The license in force: the last one recorded as delivered.
    pub fn in_force(&self) -> Option<&Accepted> {
        self.state.in_force.as_ref().map(|in_force| &in_force.accepted)
    }

    /// The license in force as a [`ServerStatus`](crate::server::ServerStatus) is asked about it.
    pub fn delivered(&self) -> Option<DeliveredLicense> {
        let in_force = self.state.in_force.as_ref()?;
        Some(DeliveredLicense {
            name: in_force.file.name.clone(),
            sha256: in_force.file.sha256,
            license: in_force.accepted.license.clone(),
            previous: in_force.previous.clone(),
            since: in_force.accepted.delivered_at,
        })
    }

    /// The file and the envelope of the license in force.
    ///
    /// # Errors
    /// [`Error::Io`], or [`Error::Damaged`] when a file was changed.
    pub fn license_file(&self) -> Result<Option<LicenseFile>, Error> {
        let Some(in_force) = &self.state.in_force else { return Ok(None) };
        in_force.file.read(&self.folder_of(in_force.accepted.digest)).map(Some)
    }

    /// When the license server was seen with the license in force.
    pub fn seen(&self) -> Option<Seen> {
        self.state.in_force.as_ref()?.seen
    }

    /// The highest sequence accepted for a serial number.
    pub fn mark(&self, serial_number: &str) -> Option<&Mark> {
        self.state.marks.iter().find(|mark| mark.serial_number == serial_number)
    }

    /// The latest time that anyone signed for.
    pub fn known_time(&self) -> Option<DateTime<Utc>> {
        self.state.known_time
    }

    /// How long ago the license in force was delivered, while the license server was not seen with it.
    pub fn waiting(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        let in_force = self.state.in_force.as_ref().filter(|in_force| in_force.seen.is_none())?;
        Some(now - in_force.accepted.delivered_at)
    }

    /// What a user has not dismissed yet, oldest first. A license is announced when it is seen in use, not before.
    pub fn announcements(&self) -> &[Announcement] {
        let unseen = self.state.in_force.as_ref().filter(|in_force| in_force.seen.is_none());
        match self.state.announcements.split_last() {
            Some((last, before)) if unseen.is_some_and(|unseen| unseen.accepted.digest == last.digest) => {
                before
            }
            _ => &self.state.announcements,
        }
    }

    /// Remembers a time that a verified signature vouches for; an earlier one changes nothing.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be written.
    pub fn note_signed_time(&mut self, signed: DateTime<Utc>) -> Result<(), Error> {
        let known = known_time(self.state.known_time, signed);
        self.state.known_time = Some(known);
        match self.written_time {
            Some(written) if known - written < WORTH_WRITING => Ok(()),
            _ => self.change(|_| {}),
        }
    }

    /// A user dismissed the announcement of this license; returns whether there was one.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be written.
    pub fn dismiss(&mut self, license: Digest) -> Result<bool, Error> {
        let announced = self.state.announcements.iter().any(|announcement| announcement.digest == license);
        if announced {
            self.change(|state| state.announcements.retain(|announcement| announcement.digest != license))?;
        }
        Ok(announced)
    }

    /// Records what the license server's status says of the license in force. The first sight counts; being confirmed
    /// counts more than being picked up.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be written.
    pub fn note_in_use(&mut self, in_use: InUse, now: DateTime<Utc>) -> Result<(), Error> {
        let confirmed = in_use == InUse::Confirmed;
        let is_news = |seen: Option<Seen>| seen.is_none_or(|seen| confirmed && !seen.confirmed);
        match &self.state.in_force {
            Some(in_force) if in_use != InUse::NotYet && is_news(in_force.seen) => {
                self.change(|state| state.see_in_use(Seen { at: now, confirmed }))
            }
            _ => Ok(()),
        }
    }

    /// Raises the mark of the entry's serial number to its sequence, and the known time to when it was issued.
    pub(crate) fn raise_mark(&mut self, entry: &Entry) -> Result<(), Error> {
        let mark = entry
            .mark()
            .filter(|new| self.mark(&new.serial_number).is_none_or(|mark| mark.sequence < new.sequence));
        let issued_at = entry.license.issued_at.filter(|_| entry.signed);
        let later =
            issued_at.filter(|issued_at| self.state.known_time.is_none_or(|known| known < *issued_at));
        if mark.is_none() && later.is_none() {
            return Ok(());
        }
        self.change(|state| {
            if let Some(mark) = mark {
                state.set_mark(mark);
            }
            state.known_time = later.or(state.known_time);
        })?;
        trace::point("mark_raised", &entry.digest.to_string());
        Ok(())
    }

    /// Lowers a mark, once: `reset` fits one sequence only.
    pub(crate) fn reset_mark(&mut self, reset: &Verified<Reset>, envelope: &[u8]) -> Result<(), Error> {
        let old = self.mark(&reset.serial_number);
        let mark = reset.lower(old)?;
        let passed_on = PassedOn {
            serial_number: reset.serial_number.clone(),
            mistyped: old.map_or(mark.digest, |old| old.digest),
            envelope: String::from_utf8_lossy(envelope).into_owned(),
        };
        self.change(|state| {
            state.set_mark(mark);
            state.known_time = Some(reset.known_time);
            state.resets.retain(|older| older.serial_number != passed_on.serial_number);
            state.resets.push(passed_on);
        })
    }

    /// The envelope of the sequence reset that the license server has to see before this license, as
    /// `NAME.reset.dsse`; `None`: it has seen it, or there is none.
    pub fn reset_to_be_passed_on(&self, license: &License) -> Option<&[u8]> {
        let serial_number = license.serial_number.as_deref()?;
        let reset = self.state.resets.iter().find(|reset| reset.serial_number == serial_number)?;
        Some(reset.envelope.as_bytes())
    }

    /// Whether a license with a higher sequence was accepted since.
    pub(crate) fn is_below_mark(&self, license: &License) -> bool {
        let mark = license.serial_number.as_deref().and_then(|serial_number| self.mark(serial_number));
        mark.zip(license.sequence).is_some_and(|(mark, sequence)| sequence < mark.sequence)
    }

    /// Makes the entry's license the one in force: first its files, then the state.
    pub(crate) fn record(
        &mut self,
        entry: &Entry,
        file: &LicenseFile,
        now: DateTime<Utc>,
    ) -> Result<Accepted, Error> {
        Kept::write(&self.folder_of(entry.digest), file)?;
        trace::point("record_copied", &entry.digest.to_string());
        let accepted = Accepted {
            license: entry.license.clone(),
            digest: entry.digest,
            signed: entry.signed,
            delivered_at: now,
        };
        self.change(|state| state.put_in_force(accepted.clone(), entry, now))?;
        trace::point("state_replaced", &entry.digest.to_string());
        Ok(accepted)
    }

    /// Changes the state on disk, and only then in memory.
    fn change(&mut self, change: impl FnOnce(&mut State)) -> Result<(), Error> {
        let mut state = self.state.clone();
        change(&mut state);
        document::write(&self.folder.join(STATE), &state)?;
        self.written_time = state.known_time;
        self.state = state;
        Ok(())
    }

    fn folder_of(&self, license: Digest) -> PathBuf {
        self.folder.join(license.to_string())
    }
}

impl State {
    fn set_mark(&mut self, mark: Mark) {
        self.marks.retain(|other| other.serial_number != mark.serial_number);
        self.marks.push(mark);
    }

    fn put_in_force(&mut self, accepted: Accepted, entry: &Entry, now: DateTime<Utc>) {
        let previous = self.in_force.take().map(|in_force| in_force.accepted.license);
        // Moved dates are history, of which the latest is kept.
        self.announcements.retain(|announcement| announcement.changes.at_feature_level());
        self.announcements.extend(Announcement::of(previous.as_ref(), entry, now));
        self.in_force = Some(InForce { accepted, file: entry.file.clone(), previous, seen: None });
    }

    /// The first sight is what counts: a later confirmation does not announce anew.
    fn see_in_use(&mut self, seen: Seen) {
        let Some(in_force) = &mut self.in_force else { return };
        let digest = in_force.accepted.digest;
        let serial_number = in_force.accepted.license.serial_number.as_deref();
        self.resets
            .retain(|reset| Some(reset.serial_number.as_str()) != serial_number || reset.mistyped == digest);
        if in_force.seen.replace(seen).is_none() {
            let ours = self.announcements.iter_mut().filter(|announcement| announcement.digest == digest);
            ours.for_each(|announcement| announcement.since = seen.at);
        }
    }
}
