use std::{fmt::Write, path::PathBuf};

use clap::Args;
use remote_service::license::{Count, Expiry, Feature};
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Stop, table},
    clock::Clock,
    opened::{self, Opened},
    reading::Reading,
};

/// Shows what a license allows, as it counts after the rules of its format
///
/// Reads FlexNet license files, manifest envelopes and Keygen files. Without --key nothing is verified.
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service license inspect prismadirect.lic --base-feature PRISMADIRECT
  remote-service license inspect prismadirect.lic.dsse --key vendor.pem --json
  remote-service license inspect old.lic --maintenance-from vendor-string:MAINT")]
pub(crate) struct Inspect {
    /// The license file
    file: PathBuf,
    #[command(flatten)]
    reading: Reading,
}

impl Inspect {
    pub(crate) fn run(&self, clock: &Clock) -> Result<Answer, Stop> {
        let opened = opened::open(&self.file, &self.reading, clock)?;
        Ok(Answer::yes(as_json(&opened), as_text(&opened)))
    }
}

fn as_json(opened: &Opened) -> Value {
    let license = &opened.license;
    let mut json = json!({
        "format": license.format,
        "product": license.product,
        "serial_number": license.serial_number,
        "serial_candidates": license.serial_candidates,
        "sequence": license.sequence,
        "issued_at": license.issued_at,
        "expires": license.expires.date(),
        "expiry": kind(license.expires),
        "maintenance_until": license.maintenance_until.and_then(Expiry::date),
        "maintenance": license.maintenance_until.map_or("none", kind),
        "features": license.features.iter().map(feature).collect::<Vec<_>>(),
        "servers": opened.servers,
        "vendors": opened.vendors,
        "file": license.file,
        "warnings": license.warnings,
    });
    if let Some(verified) = opened.verified {
        json["verified"] = json!(verified);
    }
    json
}

fn feature(feature: &Feature) -> Value {
    let mut json = json!({
        "name": feature.name,
        "version": feature.version,
        "count": feature.count,
        "expires": feature.expires.date(),
        "expiry": kind(feature.expires),
        "vendor": feature.vendor,
    });
    if let Some(starts) = feature.starts {
        json["starts"] = json!(starts);
    }
    json
}

fn kind(expiry: Expiry) -> &'static str {
    match expiry {
        Expiry::On(_) => "date",
        Expiry::Never => "never",
        Expiry::Unknown => "unknown",
    }
}

fn as_text(opened: &Opened) -> String {
    let license = &opened.license;
    let trust = match opened.verified {
        Some(true) => "signature verified",
        Some(false) => "signature not checked: give --key",
        None => "unsigned",
    };
    let none = || "none".to_owned();
    let serial = match license.serial_candidates.as_slice() {
        [] => license.serial_number.clone().unwrap_or_else(none),
        several => format!("one of {}", several.join(", ")),
    };
    let mut facts = vec![
        ["format".to_owned(), format!("{}, {trust}", license.format)],
        ["serial number".to_owned(), serial],
        ["expires".to_owned(), license.expires.to_string()],
        ["maintenance".to_owned(), license.maintenance_until.map_or_else(none, |until| until.to_string())],
    ];
    facts.extend(license.product.clone().map(|product| ["product".to_owned(), product]));
    facts.extend(license.sequence.map(|sequence| ["sequence".to_owned(), sequence.to_string()]));
    let mut text = table(&facts);
    let mut rows = vec![["feature", "version", "seats", "expires", "vendor"].map(str::to_owned)];
    rows.extend(license.features.iter().map(|feature| {
        let starts = feature.starts.map_or_else(String::new, |day| format!(" (from {day})"));
        [
            feature.name.clone(),
            feature.version.clone().unwrap_or_default(),
            match feature.count {
                Count::Of(seats) => seats.to_string(),
                Count::Uncounted => "uncounted".to_owned(),
            },
            format!("{}{starts}", feature.expires),
            feature.vendor.clone().unwrap_or_default(),
        ]
    }));
    let _ = write!(text, "\n{}", table(&rows));
    if !license.warnings.is_empty() {
        let warnings = license.warnings.iter().map(|warning| {
            let line = warning.line.map_or_else(String::new, |line| format!("line {line}"));
            [line, warning.code.to_string(), warning.message.clone()]
        });
        let _ = write!(text, "\nWarnings:\n{}", table(&warnings.collect::<Vec<_>>()));
    }
    text
}
