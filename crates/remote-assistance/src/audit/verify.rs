use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use serde::Serialize;

use super::Head;
use super::record::MAX_LINE;

/// What an audit's end looks like against its signed head.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tail {
    /// It ends where the head says.
    Complete,
    /// Records are missing at the end.
    Cut,
    /// There are records that no head vouches for: a crash leaves at most one, until the next start.
    BeyondHead,
    /// There is no head, or no chain up to it: nothing can be said.
    Unknown,
}

/// What a check of an audit found.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Nothing was changed, as far as can be seen: the chain holds, and the tail is complete or unknown.
    pub ok: bool,
    /// How many records there are, up to the first bad one.
    pub records: u64,
    /// The number of the first record that does not continue the chain, or that the head contradicts.
    pub first_bad: Option<u64>,
    /// The end.
    pub tail: Tail,
}

/// Checks an audit line by line, from its first record on.
#[derive(Clone, Debug)]
pub struct Verifier {
    expected: Option<Head>,
    reached: Head,
    first_bad: Option<u64>,
}

impl Verifier {
    /// A check against this head; `None` leaves the tail unknown.
    pub const fn new(head: Option<Head>) -> Self {
        Self { expected: head, reached: Head::START, first_bad: None }
    }

    /// Takes in the next line, without its end. After a bad one nothing that follows can be judged.
    pub fn line(&mut self, line: &[u8]) {
        if self.first_bad.is_some() {
            return;
        }
        match self.reached.next(line) {
            Some(head) if self.expected.is_some_and(|end| end.records == head.records && end != head) => {
                self.first_bad = Some(head.records);
            }
            Some(head) => self.reached = head,
            None => self.first_bad = Some(self.reached.records + 1),
        }
    }

    /// Takes in the next file, line by line.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn file(&mut self, file: &Path) -> io::Result<()> {
        let mut reader = BufReader::new(File::open(file)?);
        while let Some(line) = read_line(&mut reader)? {
            self.line(&line);
        }
        Ok(())
    }

    /// The result, after the last line.
    pub fn finish(self) -> Verification {
        let records = self.reached.records;
        let tail = match self.expected {
            Some(head) if self.first_bad.is_none() => match records.cmp(&head.records) {
                std::cmp::Ordering::Less => Tail::Cut,
                std::cmp::Ordering::Equal => Tail::Complete,
                std::cmp::Ordering::Greater => Tail::BeyondHead,
            },
            _ => Tail::Unknown,
        };
        let ok = self.first_bad.is_none() && matches!(tail, Tail::Complete | Tail::Unknown);
        Verification { ok, records, first_bad: self.first_bad, tail }
    }
}

/// The next line without its end. One that is too long, or that a crash left without an end, comes empty: it is no
/// record.
fn read_line(reader: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let most = MAX_LINE as u64 + 1;
    if reader.take(most).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.pop_if(|last| *last == b'\n').is_none() {
        line.clear();
    }
    Ok(Some(line))
}

#[cfg(test)]
mod tests;
