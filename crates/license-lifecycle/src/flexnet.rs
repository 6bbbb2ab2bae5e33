//! FlexNet license files: read leniently, linted strictly, never rewritten.
//!
//! ```text
//! bytes ──read──▶ File (lines as written, warnings) ──license(rules, today)──▶ License (what counts)
//! ```
//! The grammar and its meaning follow the *FlexNet Publisher License Administration Guide* ("License file format").
//! Signatures in the file (`SIGN=`) are the vendor daemon's and cannot be checked here, so the result is an unsigned
//! [`License`].
mod bytes;
mod count;
pub(crate) mod date;
mod ends;
mod keyword;
mod known;
mod license;
mod line;
mod lint;
mod newest;
mod package;
mod pool;
mod problem;
mod reader;
mod rules;
mod scan;
mod serial;
mod shape;
mod statement;
mod stock;
mod supersede;
#[cfg(test)]
mod tests;
mod upgrade;
mod vendor_string;
mod warnings;

use chrono::NaiveDate;

pub use keyword::Keyword;
pub use line::{Attribute, Attributes, Content, FeatureSet, Grant, GrantKind, Line, Package, Server, Vendor};
pub use rules::{MaintenanceSource, Rules, SerialSource, UnknownSource};

use crate::{License, Refusal, Warning};

/// What a file may cost to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest file, in bytes. Default: 1 MiB.
    pub file: usize,
    /// The longest logical line, in bytes. A longer one is unreadable. Default: 256 KiB.
    pub line: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file: 1024 * 1024, line: 256 * 1024 }
    }
}

/// A FlexNet license file, line by line as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File<'a> {
    /// All lines, in the order of the file.
    pub lines: Vec<Line<'a>>,
    /// What is wrong with them.
    pub warnings: Vec<Warning>,
}

/// Whether the bytes hold at least one FlexNet license line.
pub fn sniff(bytes: &[u8]) -> bool {
    read(bytes).is_ok_and(|file| file.has_licenses())
}

/// Reads a license file within the default [`Limits`].
///
/// # Errors
/// [`Refusal::TooLarge`] above the limit of the file; [`Refusal::Malformed`] for UTF-16, which no license server reads.
/// Nothing else is refused: an unreadable line costs that line.
pub fn read(bytes: &[u8]) -> Result<File<'_>, Refusal> {
    read_within(bytes, Limits::default())
}

/// Reads a license file within the limits given.
///
/// # Errors
/// As [`read`].
pub fn read_within(bytes: &[u8], limits: Limits) -> Result<File<'_>, Refusal> {
    if bytes.len() > limits.file {
        return Err(Refusal::TooLarge { part: "license file", limit: limits.file as u64 });
    }
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = bytes {
        return Err(Refusal::Malformed { part: "license file", detail: "it is UTF-16".to_owned() });
    }
    Ok(reader::read(bytes, limits))
}

impl<'a> File<'a> {
    /// Whether any line licenses something or is a package of such (`SERVER` and `VENDOR` lines alone do not).
    pub fn has_licenses(&self) -> bool {
        self.lines.iter().any(|line| {
            matches!(
                line.content,
                Content::Grant(_) | Content::Package(_) | Content::FeatureSet(_) | Content::Decimal
            )
        })
    }

    /// The `SERVER` lines, in file order: none, one, or three.
    pub fn servers(&self) -> impl Iterator<Item = &Server<'a>> {
        self.lines.iter().filter_map(|line| match &line.content {
            Content::Server(server) => Some(server),
            _ => None,
        })
    }

    /// The names of the `VENDOR` and `DAEMON` lines, in file order, each once.
    pub fn vendors(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for line in &self.lines {
            if let Content::Vendor(vendor) = &line.content
                && !names.contains(&vendor.name.as_ref())
            {
                names.push(vendor.name.as_ref());
            }
        }
        names
    }

    /// The license after FlexNet's rules, as they count on `today`, a date in the customer's time zone.
    ///
    /// Its warnings are those of the lines and those of the rules.
    pub fn license(&self, rules: &Rules, today: NaiveDate) -> License {
        license::license(self, rules, today)
    }
}
