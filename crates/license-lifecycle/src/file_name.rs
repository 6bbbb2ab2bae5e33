//! File names that are safe in every folder a license may be dropped into.
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Error;

/// The longest name, in bytes: what common file systems hold, less room for `~`, `.dsse` and `.part`.
const MAX_LENGTH: usize = 200;

/// A file name that means the same on Linux, Windows and an SMB share, and cannot leave its folder.
///
/// Refused: empty and overlong names (above 200 bytes), separators and the other characters that Windows reserves
/// (`/ \ : * ? " < > |`), control characters, a leading dot or `~` (our temporary files), a trailing dot or blank,
/// and Windows device names with or without an extension (`CON`, `com1.lic`), as listed in Microsoft's
/// "Naming Files, Paths, and Namespaces".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct FileName(String);

impl FileName {
    /// Checks a name.
    ///
    /// # Errors
    /// [`Error::BadFileName`] when a rule of this type is broken.
    pub fn new(name: impl Into<String>) -> Result<Self, Error> {
        let name = name.into();
        match reason_against(&name) {
            Some(reason) => Err(Error::BadFileName { name, reason }),
            None => Ok(Self(name)),
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn reason_against(name: &str) -> Option<&'static str> {
    let forbidden = |c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c);
    match name {
        "" => Some("is empty"),
        _ if name.len() > MAX_LENGTH => Some("is too long"),
        _ if name.contains(forbidden) => Some("holds a separator or another reserved character"),
        _ if name.starts_with(['.', '~', ' ']) => Some("starts with a dot, a tilde or a blank"),
        _ if name.ends_with(['.', ' ']) => Some("ends with a dot or a blank"),
        _ if is_device(name) => Some("is a device name on Windows"),
        _ => None,
    }
}

/// `CON`, `con.lic` and `COM¹` are devices; Windows looks at what stands before the first dot, without trailing blanks.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_ascii_uppercase();
    if matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") {
        return true;
    }
    let number = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    number.is_some_and(|number| {
        let mut digits = number.chars();
        matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    })
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<std::path::Path> for FileName {
    fn as_ref(&self) -> &std::path::Path {
        self.0.as_ref()
    }
}

impl TryFrom<String> for FileName {
    type Error = Error;

    fn try_from(name: String) -> Result<Self, Error> {
        Self::new(name)
    }
}

impl std::str::FromStr for FileName {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::new(name)
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_the_folder_or_mean_something_else_are_refused() {
        let longest = "x".repeat(MAX_LENGTH);
        for good in [
            "prismadirect.lic",
            "a",
            "com.lic",
            "com10.lic",
            "lpt",
            "Lizenz für Köln.lic",
            "nul_.lic",
            &longest,
        ] {
            assert!(FileName::new(good).is_ok(), "{good:?}");
        }
        let too_long = "x".repeat(MAX_LENGTH + 1);
        for bad in [
            "",
            "a/b",
            r"a\b",
            "..",
            ".",
            ".hidden",
            "~a",
            " a",
            "a.",
            "a ",
            "a\nb",
            "a\0",
            "\u{85}a",
            "a:b",
            "a*",
            "a?",
            "\"a",
            "<a",
            "a>",
            "a|b",
            "CON",
            "con.lic",
            "nul .x",
            "Com1",
            "LPT9.txt",
            "com¹.lic",
            "CONIN$",
            &too_long,
        ] {
            assert!(FileName::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_bad_name_in_json_is_refused_too() {
        assert!(serde_json::from_str::<FileName>("\"a.lic\"").is_ok());
        assert!(serde_json::from_str::<FileName>("\"../a.lic\"").is_err());
    }
}
