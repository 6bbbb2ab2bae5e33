//! Collects warnings, up to a number that a person might still read.
use crate::Warning;

const MOST: usize = 1000;

#[derive(Debug, Default)]
pub(super) struct Warnings {
    kept: Vec<Warning>,
    left_out: usize,
}

impl Warnings {
    pub(super) fn add(
        &mut self,
        line: impl Into<Option<u32>>,
        code: &'static str,
        message: impl FnOnce() -> String,
    ) {
        if self.kept.len() < MOST {
            self.kept.push(Warning::new(line, code, message()));
        } else {
            self.left_out += 1;
        }
    }

    /// In the order of the lines; what is about the whole file comes last.
    pub(super) fn into_vec(mut self) -> Vec<Warning> {
        self.kept.sort_by_key(|warning| warning.line.unwrap_or(u32::MAX));
        if self.left_out > 0 {
            let message = format!("{} more warnings are left out", self.left_out);
            self.kept.push(Warning::new(None, "too_many_warnings", message));
        }
        self.kept
    }
}
