use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use signed_envelope::{PublicKey, SigningKey};

use crate::audit::{Batch, Event, Log, Opened, Record};
use crate::{
    Damage, Decision, Decline, DurableState, Effect, Error, Gate, Input, Now, Policy, Refusal, Report, View,
};

const STATE: &str = "assistance.json";
const DAMAGED: &str = "assistance.damaged.json";
/// The largest state that is read: 10,000 used ids are less than 1 MiB.
const MAX_STATE: u64 = 4 * 1024 * 1024;
/// How many records pages show.
const HISTORY: usize = 50;

/// The [`Gate`] with its records on the disk: in the state directory, `assistance.json` and the audit.
///
/// Each step first adds the audit records, then writes the state, and only then hands out what is left to be done.
/// While that cannot be written nobody is let in: what is open is ended, and nothing new is heard.
pub struct Gatekeeper {
    gate: Gate,
    log: Log,
    path: PathBuf,
    /// How many audit records the back office has.
    acknowledged: u64,
    /// What the state file says.
    written: Option<Kept>,
    /// What has happened but is not on record yet.
    unwritten: VecDeque<(Event, DateTime<Utc>)>,
    history: VecDeque<Record>,
    failure: Option<Error>,
}

/// The content of `assistance.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    acknowledged: u64,
    gate: DurableState,
}

impl Gatekeeper {
    /// Opens the records in the state directory `folder`, and clears away what an earlier process left behind: the
    /// effects are to be carried out before anything else. `key` is the installation's, `former` are those it had
    /// before; they sign the audit's head.
    ///
    /// Damaged records are no failure: they are put on record, and assistance stays off until an administrator has
    /// switched it off and on.
    ///
    /// # Errors
    /// [`Error::File`] when the folder cannot be read or written: assistance is off then.
    pub fn open(
        folder: &Path,
        key: SigningKey,
        former: &[PublicKey],
        policy: Policy,
        now: Now,
    ) -> Result<(Self, Vec<Effect>), Error> {
        let path = folder.join(STATE);
        let (log, opened) = Log::open(folder, key, former)?;
        let read = read_state(&path)?;
        let records = log.head().records;
        let damage = match &read {
            Read::Unreadable => Some(Damage::State),
            Read::Missing if records > 0 => Some(Damage::State),
            Read::Kept(kept) if kept.acknowledged > records => Some(Damage::Audit),
            Read::Missing | Read::Kept(_) => (opened == Opened::Damaged).then_some(Damage::Audit),
        };
        let (acknowledged, state) = match read {
            Read::Kept(kept) => (kept.acknowledged.min(records), kept.gate),
            Read::Missing | Read::Unreadable => (0, DurableState::default()),
        };
        let state = match damage {
            Some(damage) => state.damaged_by(damage),
            None => state,
        };
        let history = log.recent(HISTORY)?.into();
        let gate = Gate::new(policy, Some(state));
        let unwritten = VecDeque::new();
        let mut keeper =
            Self { gate, log, path, acknowledged, written: None, unwritten, history, failure: None };
        keeper.write_state()?;
        let recovered = (opened == Opened::Recovered).then_some(Event::Recovered);
        let damaged = damage.map(|what| Event::DamageFound { what });
        keeper.unwritten.extend(recovered.into_iter().chain(damaged).map(|event| (event, now.wall)));
        let effects = keeper.step(Input::Tick, now);
        Ok((keeper, effects))
    }

    /// Carries [`Gate::step`] out as far as records go, and returns the effects that are left: never
    /// [`Effect::Record`]. When the records cannot be written, [`failure`](Self::failure) says why, and only what
    /// closes is left.
    pub fn step(&mut self, input: Input, now: Now) -> Vec<Effect> {
        if self.failure.is_some()
            && self.write().is_err()
            && let Input::Asked(asked) = &input
        {
            let decision = Decision::Blocked(Refusal::RecordsUnwritable);
            let report = |request_id| Effect::Report(Report::Decision { request_id, decision });
            return asked.iter().map(|request| report(request.request_id)).collect();
        }
        let grants = matches!(input, Input::Grant { .. });
        let mut effects = self.advance(input, now);
        self.failure = self.write().err();
        if self.failure.is_some() {
            effects.retain(closes);
            effects.extend(self.advance(Input::RecordsUnwritable, now));
            effects.extend(grants.then_some(Effect::Declined(Decline::RecordsUnwritable)));
        }
        effects
    }

    /// When the next step is due at the latest, on the clock of [`Now::since_boot`].
    pub fn next_deadline(&self) -> Option<Duration> {
        self.gate.next_deadline()
    }

    /// What pages show.
    pub fn view(&self) -> View {
        self.gate.view()
    }

    /// The last 50 audit records, the oldest first.
    pub fn history(&self) -> impl Iterator<Item = &Record> {
        self.history.iter()
    }

    /// Why the records could not be written in the last step; `None` when they were.
    pub const fn failure(&self) -> Option<&Error> {
        self.failure.as_ref()
    }

    /// The audit records that the back office does not have yet, as many as are sent at once.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn unacknowledged(&self) -> Result<Option<Batch>, Error> {
        self.log.after(self.acknowledged)
    }

    /// The back office has the first `records` audit records. That may be fewer than it had: its database came back from a
    /// copy, or it is another back office.
    ///
    /// # Errors
    /// [`Error::File`]; they are then sent again.
    pub fn acknowledge(&mut self, records: u64) -> Result<(), Error> {
        self.acknowledged = records.min(self.log.head().records);
        self.write_state()
    }

    /// The installation has another key: it signs the audit's head from here on, the present one included.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn change_key(&mut self, key: SigningKey) -> Result<(), Error> {
        self.log.change_key(key)
    }

    /// Steps the gate, and sets its records aside for [`write`](Self::write).
    fn advance(&mut self, input: Input, now: Now) -> Vec<Effect> {
        let mut left = Vec::new();
        for effect in self.gate.step(input, now) {
            match effect {
                Effect::Record(event) => self.unwritten.push_back((event, now.wall)),
                effect => left.push(effect),
            }
        }
        left
    }

    /// One record after the other, each with its head, then the state.
    fn write(&mut self) -> Result<(), Error> {
        self.log.sign()?;
        while let Some((event, at)) = self.unwritten.front() {
            let record = self.log.write(event.clone(), *at)?;
            self.unwritten.pop_front();
            self.history.push_back(record);
            if self.history.len() > HISTORY {
                self.history.pop_front();
            }
            self.log.sign()?;
        }
        self.write_state()
    }

    fn write_state(&mut self) -> Result<(), Error> {
        let kept = Kept { acknowledged: self.acknowledged, gate: self.gate.durable().clone() };
        if self.written.as_ref() != Some(&kept) {
            let mut json = serde_json::to_vec_pretty(&kept).map_err(|source| Error::Json(source.into()))?;
            json.push(b'\n');
            let file = durable_file::Replace::new(&self.path).mode(0o600); // it may hold the links of a session
            file.write(&json).map_err(Error::file("write the state of assistance"))?;
            self.written = Some(kept);
        }
        Ok(())
    }
}

/// Whether an effect may be carried out without being on record: it lets nobody in.
fn closes(effect: &Effect) -> bool {
    match effect {
        Effect::Record(_) | Effect::Open(_) | Effect::Start(_) => false,
        Effect::Report(Report::Started { .. }) => false,
        Effect::Report(Report::Decision { decision, .. }) => !matches!(decision, Decision::Granted { .. }),
        Effect::Report(Report::Ended { .. }) | Effect::Stop(_) | Effect::Close(_) | Effect::Declined(_) => {
            true
        }
    }
}

enum Read {
    Missing,
    Kept(Box<Kept>),
    Unreadable,
}

/// Reads the state; one that makes no sense is put aside for whoever looks into it.
fn read_state(path: &Path) -> Result<Read, Error> {
    let bytes = match durable_file::read_limited(path, MAX_STATE) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Read::Missing),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => None,
        read => Some(read.map_err(Error::file("read the state of assistance"))?),
    };
    if let Some(kept) = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
        return Ok(Read::Kept(kept));
    }
    durable_file::rename(path, &path.with_file_name(DAMAGED))
        .map_err(Error::file("put the damaged state aside"))?;
    Ok(Read::Unreadable)
}

#[cfg(test)]
mod tests;
