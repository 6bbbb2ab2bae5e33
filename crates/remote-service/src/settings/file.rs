//! `settings.toml`: read with every mistake named by key and line, written whole or not at all.

use std::path::Path;

use toml::{Table, Value};

use super::Settings;
use super::keys::{KEYS, Kind, nearest};
use crate::Error;

/// More than any real file has; a larger one is not ours.
const LIMIT: u64 = 256 * 1024;

impl Settings {
    /// Reads and checks the file at `path`; a missing file gives the defaults.
    ///
    /// `overlay` holds texts by dotted key, which win over the file: environment variables and flags.
    ///
    /// # Errors
    /// [`Error::SettingsFile`] when the file cannot be read, [`Error::SettingsText`] with its line when it is
    /// not TOML of the right shape, [`Error::UnknownSetting`] with the nearest known key, [`Error::Setting`] when
    /// a value does not do.
    pub fn load(path: &Path, overlay: &[(String, String)]) -> Result<Self, Error> {
        let text = match durable_file::read_limited(path, LIMIT) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(source) => return Err(Error::SettingsFile { path: path.to_owned(), source }),
        };
        Self::parse(&text, overlay)
    }

    /// The same for a text that was read already.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn parse(text: &str, overlay: &[(String, String)]) -> Result<Self, Error> {
        let mut table: Table = text.parse().map_err(|error| at_line(text, &error))?;
        refuse_unknown(&table, text)?;
        for (key, value) in overlay {
            put(&mut table, key, value)?;
        }
        // Without an overlay the text itself is read once more, because only then has a mistake a line.
        let settings: Self = if overlay.is_empty() {
            toml::from_str(text).map_err(|error| at_line(text, &error))?
        } else {
            table.try_into().map_err(|error| at_line("", &error))?
        };
        settings.validate()?;
        Ok(settings)
    }

    /// Checks and writes the file: after an error the old one stands as it was.
    pub(crate) fn save(&self, path: &Path) -> Result<(), Error> {
        self.validate()?;
        let text = toml::to_string(self)
            .map_err(|source| Error::SettingsText { line: None, source: Box::new(source) })?;
        durable_file::replace(path, text.as_bytes())
            .map_err(|source| Error::SettingsFile { path: path.to_owned(), source })
    }
}

fn at_line(text: &str, error: &toml::de::Error) -> Error {
    let line = error.span().filter(|_| !text.is_empty()).map(|span| line_of(text, span.start));
    Error::SettingsText { line, source: error.message().into() }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

fn refuse_unknown(table: &Table, text: &str) -> Result<(), Error> {
    let mut names = Vec::new();
    collect("", table, &mut names);
    match names.into_iter().find(|name| !KEYS.iter().any(|key| key.name == name)) {
        None => Ok(()),
        Some(key) => {
            let last = key.rsplit('.').next().unwrap_or(&key);
            let line =
                text.lines().position(|line| line.trim_start().starts_with(last)).map(|index| index + 1);
            Err(Error::UnknownSetting { line, nearest: nearest(&key), key })
        }
    }
}

fn collect(prefix: &str, table: &Table, into: &mut Vec<String>) {
    for (name, value) in table {
        let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            Value::Table(inner) => collect(&name, inner, into),
            _ => into.push(name),
        }
    }
}

fn put(table: &mut Table, name: &str, text: &str) -> Result<(), Error> {
    let Some(key) = KEYS.iter().find(|key| key.name == name) else {
        return Err(Error::UnknownSetting { line: None, nearest: nearest(name), key: name.to_owned() });
    };
    let wrong = |problem| Error::Setting { key: key.name, problem };
    let value = match key.kind {
        Kind::Text => Value::String(text.to_owned()),
        Kind::Flag => Value::Boolean(text.parse().map_err(|_| wrong("must be true or false"))?),
        Kind::Number => Value::Integer(text.parse().map_err(|_| wrong("must be a whole number"))?),
        Kind::List => {
            let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
            Value::Array(entries.map(Value::from).collect())
        }
    };
    let (outer, inner) = key.name.split_once('.').unwrap_or(("", key.name));
    let place = if outer.is_empty() {
        table
    } else {
        let entry = table.entry(outer).or_insert_with(|| Value::Table(Table::new()));
        entry.as_table_mut().ok_or_else(|| wrong("its table is not a table in the file"))?
    };
    place.insert(inner.to_owned(), value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_key_is_read_and_none_is_dropped() {
        let overlay: Vec<(String, String)> = KEYS
            .iter()
            .map(|key| {
                let text = match (key.name, key.kind) {
                    ("back_office.url", _) => "https://office.example/",
                    ("console.listen", _) => "127.0.0.1:8080",
                    ("proxy.mode", _) => "manual",
                    ("proxy.address", _) => "proxy.example.com:8080",
                    ("proxy.login", _) => "password",
                    ("license.server", _) => "folder",
                    ("license.status", _) => "http",
                    ("license.share", _) => "smb://host/share",
                    ("license.maintenance_from", _) => "version",
                    ("license.serial_number_from", _) => "notice:SERIAL",
                    ("notices.time_zone", _) => "Europe/Amsterdam",
                    ("product.version" | "product.checked_since", _) => "1.4.0",
                    ("assistance.hours", _) => "mon-fri 08:00-18:00",
                    (_, Kind::Flag) => "true",
                    (_, Kind::Number) => "7",
                    (_, Kind::Text | Kind::List) => "text",
                };
                (key.name.to_owned(), text.to_owned())
            })
            .collect();
        let settings = Settings::parse("", &overlay).unwrap();
        let written: Table = toml::to_string(&settings).unwrap().parse().unwrap();
        let mut names = Vec::new();
        collect("", &written, &mut names);
        let missing: Vec<_> = KEYS.iter().filter(|key| !names.iter().any(|name| name == key.name)).collect();
        assert!(missing.is_empty(), "not in the written file: {missing:?}");
        assert_eq!(Settings::parse(&toml::to_string(&settings).unwrap(), &[]).unwrap(), settings);
    }

    #[test]
    fn a_mistyped_key_is_refused_with_its_line_and_the_key_that_was_meant() {
        match Settings::parse("enabled = false\n\n[proxy]\nmoed = \"direct\"\n", &[]) {
            Err(Error::UnknownSetting { key, line, nearest }) => {
                assert_eq!((key.as_str(), line, nearest), ("proxy.moed", Some(4), "proxy.mode"));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_wrong_type_is_refused_with_its_line() {
        match Settings::parse("enabled = false\n[notices]\nwindow_months = \"one\"\n", &[]) {
            Err(Error::SettingsText { line, .. }) => assert_eq!(line, Some(3)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_refused_save_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        let good = Settings::default();
        good.save(&path).unwrap();
        let before = std::fs::read(&path).unwrap();
        let mut bad = good;
        bad.enabled = true;
        assert!(matches!(bad.save(&path), Err(Error::Setting { key: "back_office.url", .. })));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}
