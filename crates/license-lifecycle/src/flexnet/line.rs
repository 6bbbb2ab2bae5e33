//! The lines of a license file, as written: before any rule about what counts.
use std::{borrow::Cow, ops::Range};

use chrono::NaiveDate;

use super::{Keyword, date};
use crate::{Count, Expiry};

/// One logical line: a statement with everything that continues it, a comment, or a blank line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The number of its first line in the file, counted from 1.
    pub number: u32,
    /// Its bytes in the file, line ends included. The spans of all lines follow each other without a gap.
    pub span: Range<usize>,
    /// What it says.
    pub content: Content<'a>,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// Nothing.
    Blank,
    /// A `#` comment, or text that starts with no keyword (which FlexNet takes for a comment, too).
    Comment,
    /// `SERVER`.
    Server(Server<'a>),
    /// `VENDOR`, formerly `DAEMON`.
    Vendor(Vendor<'a>),
    /// `USE_SERVER`.
    UseServer,
    /// `FEATURE`, `INCREMENT` or `UPGRADE`.
    Grant(Grant<'a>),
    /// `PACKAGE`.
    Package(Package<'a>),
    /// `FEATURESET`.
    FeatureSet(FeatureSet<'a>),
    /// A license in the decimal one-line form, which is recognised and not decoded.
    Decimal,
    /// A statement that could not be read; a warning says why.
    Unreadable(Keyword),
}

/// `SERVER host hostid [port] [options]`: the machine that the license manager runs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server<'a> {
    /// Host name or address.
    pub host: Cow<'a, str>,
    /// What identifies the machine, for example `ANY`, `17007ea8` or `INTERNET=10.0.0.1`.
    pub hostid: Cow<'a, str>,
    /// TCP port of the license manager; without one it takes the first free one of 27000–27009.
    pub port: Option<u16>,
    /// Further options, for example `PRIMARY_IS_MASTER`.
    pub attributes: Attributes<'a>,
}

/// `VENDOR name [daemon path] [options path] [port]`: the daemon that serves a vendor's features.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vendor<'a> {
    /// `VENDOR` or `DAEMON`.
    pub keyword: Keyword,
    /// The name that feature lines refer to.
    pub name: Cow<'a, str>,
    /// What follows: paths as flags, `OPTIONS=` and `PORT=` as they stand.
    pub attributes: Attributes<'a>,
}

/// `FEATURE`, `INCREMENT` or `UPGRADE`: a license for one feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant<'a> {
    /// Which of the three.
    pub kind: GrantKind,
    /// The feature's name.
    pub name: Cow<'a, str>,
    /// The vendor daemon that serves it.
    pub vendor: Cow<'a, str>,
    /// `UPGRADE` only: the lowest version that it takes from.
    pub from_version: Option<Cow<'a, str>>,
    /// The highest version that may be used.
    pub version: Cow<'a, str>,
    /// The expiry as written.
    pub expires_text: Cow<'a, str>,
    /// The last day of use; [`Expiry::Unknown`] where the text is no date that can be trusted.
    pub expires: Expiry,
    /// The count as written.
    pub count_text: Cow<'a, str>,
    /// The number of licenses.
    pub count: Count,
    /// The key that licenses of FLEXlm 7.1 and older carry in place of `SIGN=`.
    pub license_key: Option<Cow<'a, str>>,
    /// The first day of use: `START=`, where it is a readable date.
    pub starts: Option<NaiveDate>,
    /// All attributes, `START=` included.
    pub attributes: Attributes<'a>,
}

/// How a grant counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GrantKind {
    /// Only the first counted one of a name counts.
    Feature,
    /// Adds to what there is.
    Increment,
    /// Turns licenses of an older version into as many of a newer one.
    Upgrade,
}

/// `PACKAGE`: features that come with a feature of the package's name. By itself it licenses nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package<'a> {
    /// The package's name.
    pub name: Cow<'a, str>,
    /// The vendor daemon that serves it.
    pub vendor: Cow<'a, str>,
    /// The version that the enabling feature must have, where the line names one.
    pub version: Option<Cow<'a, str>>,
    /// The key that old licenses carry in place of `SIGN=`.
    pub license_key: Option<Cow<'a, str>>,
    /// All attributes, `COMPONENTS=` and `OPTIONS=` included.
    pub attributes: Attributes<'a>,
}

/// `FEATURESET vendor key`: a seal over all features of a vendor, of the time before FLEXlm 5.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureSet<'a> {
    /// The vendor daemon.
    pub vendor: Cow<'a, str>,
    /// The seal and what else follows.
    pub attributes: Attributes<'a>,
}

/// Attributes in the order of the file. Keys are case-sensitive: those in lower case are the administrator's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes<'a>(pub(super) Vec<Attribute<'a>>);

/// `KEY=VALUE`, or `KEY` alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// The key as written.
    pub key: Cow<'a, str>,
    /// The value without its quotes; braces stay. `None`: a flag.
    pub value: Option<Cow<'a, str>>,
}

impl<'a> Attributes<'a> {
    /// The attributes, in the order of the file.
    pub fn iter(&self) -> std::slice::Iter<'_, Attribute<'a>> {
        self.0.iter()
    }

    /// The first attribute of that key.
    pub fn get(&self, key: &str) -> Option<&Attribute<'a>> {
        self.0.iter().find(|attribute| attribute.key == key)
    }

    /// The value of the first attribute of that key; a flag has none.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.get(key)?.value.as_deref()
    }

    /// When the line was issued, which decides what it supersedes and what supersedes it: `ISSUED=`, and `START=`
    /// where there is no `ISSUED=`.
    pub fn dated(&self) -> Option<NaiveDate> {
        let key = if self.get("ISSUED").is_some() { "ISSUED" } else { "START" };
        date::day(self.value(key)?)
    }
}
