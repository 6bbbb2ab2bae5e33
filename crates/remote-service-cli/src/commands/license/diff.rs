use std::path::PathBuf;

use clap::Args;
use remote_service::license::{ChangeKind, Count, Expiry, FeatureChange, Total, diff};
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Stop, table},
    clock::Clock,
    opened,
    reading::Reading,
};

/// Shows what differs between two licenses, feature by feature
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service license diff old.lic new.lic --base-feature PRISMADIRECT
  remote-service license diff old.lic.dsse new.lic.dsse --json")]
pub(crate) struct Diff {
    /// The license in force
    old: PathBuf,
    /// The license that would replace it
    new: PathBuf,
    #[command(flatten)]
    reading: Reading,
}

impl Diff {
    pub(crate) fn run(&self, clock: &Clock) -> Result<Answer, Stop> {
        let old = opened::open(&self.old, &self.reading, clock)?.license;
        let new = opened::open(&self.new, &self.reading, clock)?.license;
        let changes = diff(&old, &new);
        let date = |expiry: Expiry| json!(expiry.date());
        let maintenance = |until: Option<Expiry>| json!(until.and_then(Expiry::date));
        let features: Vec<_> = changes.features.iter().map(change).collect();
        let reasons: Vec<_> = changes.reasons().iter().map(|reason| reason.code()).collect();
        let json = json!({
            "changes": features,
            "license": {
                "expires": { "old": date(old.expires), "new": date(new.expires) },
                "maintenance_until": {
                    "old": maintenance(old.maintenance_until),
                    "new": maintenance(new.maintenance_until),
                },
            },
            "serial_number": { "old": old.serial_number, "new": new.serial_number },
            "at_feature_level": changes.at_feature_level(),
            "reasons": reasons,
        });
        let until = |until: Option<Expiry>| until.map_or("none".to_owned(), |until| until.to_string());
        let serial = |serial: &Option<String>| serial.clone().unwrap_or_else(|| "none".to_owned());
        let mut rows: Vec<_> = changes.features.iter().map(row).collect();
        rows.extend(
            changes
                .expires
                .map(|moved| moved_row("license expires", moved.from.to_string(), moved.to.to_string())),
        );
        rows.extend(
            changes
                .maintenance_until
                .map(|moved| moved_row("maintenance", until(moved.from), until(moved.to))),
        );
        rows.extend(
            changes
                .serial_number
                .map(|moved| moved_row("serial number", serial(&moved.from), serial(&moved.to))),
        );
        let text = if rows.is_empty() { "No difference.\n".to_owned() } else { table(&rows) };
        Ok(Answer::yes(json, text))
    }
}

fn change(change: &FeatureChange) -> Value {
    let (old, new) = match &change.kind {
        ChangeKind::Added(total) => (Value::Null, in_total(total)),
        ChangeKind::Removed(total) => (in_total(total), Value::Null),
        ChangeKind::Count(moved) => (json!(moved.from), json!(moved.to)),
        ChangeKind::Version(moved) => (json!(moved.from), json!(moved.to)),
        ChangeKind::Expiry(moved) => (dates(&moved.from), dates(&moved.to)),
    };
    json!({ "feature": change.name, "vendor": change.vendor, "kind": change.kind.code(), "old": old, "new": new })
}

fn in_total(total: &Total) -> Value {
    json!({ "count": total.count, "version": total.version, "expires": dates(&total.expires) })
}

/// The last day; a list where pools have several. Never and unknown are null.
fn dates(expiries: &[Expiry]) -> Value {
    match expiries {
        [one] => json!(one.date()),
        several => json!(several.iter().map(|expiry| expiry.date()).collect::<Vec<_>>()),
    }
}

fn row(change: &FeatureChange) -> [String; 4] {
    let seats = |count: Count| match count {
        Count::Of(seats) => format!("{seats} seats"),
        Count::Uncounted => "uncounted".to_owned(),
    };
    let version = |version: &Option<String>| version.clone().unwrap_or_default();
    let days = |days: &[Expiry]| days.iter().map(Expiry::to_string).collect::<Vec<_>>().join(", ");
    let (old, new) = match &change.kind {
        ChangeKind::Added(total) => (String::new(), seats(total.count)),
        ChangeKind::Removed(total) => (seats(total.count), String::new()),
        ChangeKind::Count(moved) => (seats(moved.from), seats(moved.to)),
        ChangeKind::Version(moved) => (version(&moved.from), version(&moved.to)),
        ChangeKind::Expiry(moved) => (days(&moved.from), days(&moved.to)),
    };
    [change.name.clone(), change.kind.code().to_owned(), old, format!("-> {new}")]
}

fn moved_row(what: &str, old: String, new: String) -> [String; 4] {
    [what.to_owned(), "changed".to_owned(), old, format!("-> {new}")]
}
