//! The model: what every format is read into, and what every decision reads.
use std::{borrow::Cow, fmt};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use signed_envelope::Digest;

use crate::FileName;

/// The last day on which something holds.
///
/// A date is the **last full day** in the customer's time zone: what expires on 31 March works all of that day.
/// In JSON: `"never"`, `"unknown"` or `"2027-12-31"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Expiry {
    /// The last full day.
    On(NaiveDate),
    /// No end.
    Never,
    /// The license names a date that cannot be read. It is never guessed, and nothing is announced about it.
    Unknown,
}

impl Expiry {
    /// The last day, where there is one.
    pub fn date(self) -> Option<NaiveDate> {
        match self {
            Self::On(date) => Some(date),
            Self::Never | Self::Unknown => None,
        }
    }
}

impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::On(date) => date.fmt(f),
            Self::Never => f.write_str("never"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl From<Expiry> for String {
    fn from(expiry: Expiry) -> Self {
        expiry.to_string()
    }
}

impl TryFrom<String> for Expiry {
    type Error = chrono::ParseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "never" => Ok(Self::Never),
            "unknown" => Ok(Self::Unknown),
            date => date.parse().map(Self::On),
        }
    }
}

/// `null` is "never" in manifests and in Keygen files.
impl From<Option<NaiveDate>> for Expiry {
    fn from(date: Option<NaiveDate>) -> Self {
        date.map_or(Self::Never, Self::On)
    }
}

/// How many may use a feature at the same time. In JSON: a number, or `null` for uncounted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "Option<u64>", from = "Option<u64>")]
pub enum Count {
    /// So many seats.
    Of(u64),
    /// Any number: nobody counts.
    Uncounted,
}

impl From<Option<u64>> for Count {
    fn from(count: Option<u64>) -> Self {
        count.map_or(Self::Uncounted, Self::Of)
    }
}

impl From<Count> for Option<u64> {
    fn from(count: Count) -> Self {
        match count {
            Count::Of(seats) => Some(seats),
            Count::Uncounted => None,
        }
    }
}

/// One thing that the license allows. Several may have the same name: pools with different dates or counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// The name, compared exactly.
    pub name: String,
    /// The vendor daemon that serves it, where the format names one.
    pub vendor: Option<String>,
    /// The highest version allowed, as written.
    pub version: Option<String>,
    /// Seats.
    pub count: Count,
    /// The last day of use.
    pub expires: Expiry,
    /// The first day of use, where the license names one.
    pub starts: Option<NaiveDate>,
}

impl Feature {
    /// Whether it may be used on `today`, a date in the customer's time zone: from its first day to the end of its last.
    /// A last day that cannot be read ends nothing.
    pub fn runs_on(&self, today: NaiveDate) -> bool {
        self.starts.is_none_or(|first| first <= today) && self.expires.date().is_none_or(|last| today <= last)
    }
}

/// The name of a format, as shown and stored: `manifest`, `flexnet`, `keygen`, or a vendor's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FormatName(Cow<'static, str>);

impl FormatName {
    /// A signed manifest with its license file ([`manifest`](crate::manifest)).
    pub const MANIFEST: Self = Self::new("manifest");
    /// A bare FlexNet license file ([`flexnet`](crate::flexnet)).
    pub const FLEXNET: Self = Self::new("flexnet");
    /// A Keygen license or machine file (feature `keygen`).
    pub const KEYGEN: Self = Self::new("keygen");

    /// Names a format of your own.
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FormatName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The license file that a manifest binds: the bytes that the license server reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileBinding {
    /// Its name in the license server's folder.
    pub name: FileName,
    /// Its format, mostly `flexnet`.
    pub format: String,
    /// Its length in bytes.
    pub length: u64,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
}

impl FileBinding {
    /// Binds the bytes of a license file.
    pub fn of(name: FileName, format: impl Into<String>, file: &[u8]) -> Self {
        Self { name, format: format.into(), length: file.len() as u64, sha256: Digest::of(file) }
    }
}

/// Something in a license that a person should look at. The license was read nevertheless.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The line of the file, counted from 1, where there is one.
    pub line: Option<u32>,
    /// A stable name in snake case, for programs.
    pub code: Cow<'static, str>,
    /// What was found, in English, for support engineers.
    pub message: String,
}

impl Warning {
    /// A warning about one line (`None`: about the whole file).
    pub fn new(line: impl Into<Option<u32>>, code: &'static str, message: impl Into<String>) -> Self {
        Self { line: line.into(), code: Cow::Borrowed(code), message: message.into() }
    }
}

/// A license as every decision sees it, whatever format it came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct License {
    /// The format it was read from.
    pub format: FormatName,
    /// The product it is for, where the format says so.
    pub product: Option<String>,
    /// The serial number, when there is exactly one.
    pub serial_number: Option<String>,
    /// All serial numbers found, when there are several: a question for a person, not a guess.
    pub serial_candidates: Vec<String>,
    /// The issue number: a higher one replaces a lower one.
    pub sequence: Option<u64>,
    /// When it was issued.
    pub issued_at: Option<DateTime<Utc>>,
    /// The last day on which the product may run.
    pub expires: Expiry,
    /// The last day of maintenance: releases up to this day may be installed. `None`: no maintenance at all.
    pub maintenance_until: Option<Expiry>,
    /// The feature that carries the end of maintenance, where one does: decisions treat its date as that of
    /// maintenance, not as that of a feature.
    #[serde(default)]
    pub maintenance_feature: Option<String>,
    /// The features, as they count after the rules of the format, in file order.
    pub features: Vec<Feature>,
    /// The license file that the manifest binds.
    pub file: Option<FileBinding>,
    /// What a person should look at.
    pub warnings: Vec<Warning>,
}

impl License {
    /// A license of `format` that says nothing yet: no features, no serial number, and it never expires.
    ///
    /// Readers of formats start from it and fill in what they find.
    pub fn new(format: FormatName) -> Self {
        Self {
            format,
            product: None,
            serial_number: None,
            serial_candidates: Vec::new(),
            sequence: None,
            issued_at: None,
            expires: Expiry::Never,
            maintenance_until: None,
            maintenance_feature: None,
            features: Vec::new(),
            file: None,
            warnings: Vec::new(),
        }
    }

    /// Whether the reader warned with this code.
    pub fn has_warning(&self, code: &str) -> bool {
        self.warnings.iter().any(|warning| warning.code == code)
    }
}
