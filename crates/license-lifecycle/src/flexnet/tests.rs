//! The grammar and its meaning, a table for each rule.
mod grammar;
mod meaning;
mod oddities;

use chrono::NaiveDate;

use super::{Rules, read};
use crate::{Count, License};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

fn license(text: &str) -> License {
    read(text.as_bytes()).unwrap().license(&Rules::default(), today())
}

/// `NAME version count expiry` of every feature, in order.
fn features(license: &License) -> Vec<String> {
    license
        .features
        .iter()
        .map(|feature| {
            let count = match feature.count {
                Count::Of(count) => count.to_string(),
                Count::Uncounted => "uncounted".to_owned(),
            };
            format!(
                "{} {} {count} {}",
                feature.name,
                feature.version.as_deref().unwrap_or("-"),
                feature.expires
            )
        })
        .collect()
}

/// `line code` of every warning, in order; `-` for those about the whole file.
fn warnings(license: &License) -> Vec<String> {
    let line = |line: Option<u32>| line.map_or("-".to_owned(), |line| line.to_string());
    license.warnings.iter().map(|warning| format!("{} {}", line(warning.line), warning.code)).collect()
}
