//! How far the back office's events were applied, and what is still owed because of them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{Error, state_file};

const LIMIT: u64 = 4096;

/// The file `cursor` of the state directory.
///
/// Asking with a cursor acknowledges every event up to it, so it is written after the effects of those
/// events are durable and before it is asked with.
#[derive(Debug)]
pub(crate) struct Cursor {
    path: PathBuf,
    state: State,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    /// Whose events these are: another installation id begins anew.
    installation_id: String,
    cursor: u64,
    fetch_due: bool,
}

impl Cursor {
    /// Reads the file. Every start owes a look at the offered license, whatever the file says. What cannot be understood
    /// begins anew: the back office then tells all that still holds, and no event has its effect twice.
    pub(crate) fn open(path: PathBuf, installation_id: &str) -> Result<Self, Error> {
        let fresh = State { installation_id: installation_id.to_owned(), cursor: 0, fetch_due: true };
        let read = match state_file::read_json::<State>(&path, LIMIT) {
            Err(error @ Error::StateFile { .. }) => {
                tracing::warn!(target: "remote_service", %error, "the back office's events are asked for anew");
                None
            }
            read => read?,
        };
        let state = match read {
            Some(read) if read.installation_id == installation_id => State { fetch_due: true, ..read },
            _ => fresh,
        };
        Ok(Self { path, state })
    }

    pub(crate) fn value(&self) -> u64 {
        self.state.cursor
    }

    /// Whether a license offer must be fetched before anything else.
    pub(crate) fn fetch_due(&self) -> bool {
        self.state.fetch_due
    }

    /// Notes that all events up to `cursor` were applied, and whether one of them offers a license.
    pub(crate) fn advance(&mut self, cursor: u64, fetch_due: bool) -> Result<(), Error> {
        self.put(State { cursor, fetch_due: self.state.fetch_due || fetch_due, ..self.state.clone() })
    }

    /// Notes that the offer is in the outbox, or its refusal recorded.
    pub(crate) fn fetched(&mut self) -> Result<(), Error> {
        self.put(State { fetch_due: false, ..self.state.clone() })
    }

    fn put(&mut self, state: State) -> Result<(), Error> {
        if state != self.state {
            state_file::write_json(&self.path, &state)?;
            self.state = state;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fetch_that_is_owed_survives_everything_but_its_own_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cursor");
        let mut cursor = Cursor::open(path.clone(), "a").unwrap();
        cursor.fetched().unwrap();
        cursor.advance(3, true).unwrap();
        cursor.advance(4, false).unwrap();
        assert!(cursor.fetch_due());
        let again = Cursor::open(path.clone(), "a").unwrap();
        assert_eq!((again.value(), again.fetch_due()), (4, true));
        assert_eq!(Cursor::open(path, "b").unwrap().value(), 0);
    }

    #[test]
    fn a_damaged_file_begins_anew_and_one_that_cannot_be_read_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cursor");
        for damage in [&b"{\"installation_id\":\"a\",\"cur"[..], &[0xff; 4097], b""] {
            std::fs::write(&path, damage).unwrap();
            let mut cursor = Cursor::open(path.clone(), "a").unwrap();
            assert_eq!((cursor.value(), cursor.fetch_due()), (0, true));
            cursor.advance(3, false).unwrap();
            assert_eq!(Cursor::open(path.clone(), "a").unwrap().value(), 3);
        }
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(Cursor::open(path, "a").is_err());
    }
}
