//! `SUPERSEDE`: lines that retire older ones.
use std::collections::HashMap;

use chrono::NaiveDate;

use super::{Attributes, warnings::Warnings};

/// A line that may supersede others of its vendor, or be superseded.
pub(super) struct Subject<'f> {
    pub(super) line: u32,
    pub(super) vendor: &'f str,
    pub(super) name: &'f str,
    pub(super) attributes: &'f Attributes<'f>,
}

/// Tells for each subject whether it is still current.
///
/// A line retires those of its own name, or of the names it lists, that are dated before it. A retired line has
/// retired others all the same. Where no date says which of two lines is older, both stay.
pub(super) fn current(subjects: &[Subject<'_>], warnings: &mut Warnings) -> Vec<bool> {
    let mut retired_before: HashMap<(&str, &str), NaiveDate> = HashMap::new();
    for subject in subjects {
        let (Some(supersede), Some(date)) = (subject.attributes.get("SUPERSEDE"), subject.attributes.dated())
        else {
            continue;
        };
        let list = supersede.value.as_deref().filter(|list| !list.trim().is_empty()).unwrap_or(subject.name);
        for name in list.split_whitespace() {
            let latest = retired_before.entry((subject.vendor, name)).or_insert(date);
            *latest = date.max(*latest);
        }
    }
    let is_current = |subject: &Subject<'_>| {
        let Some(before) = retired_before.get(&(subject.vendor, subject.name)) else { return true };
        let Some(date) = subject.attributes.dated() else {
            warnings.add(subject.line, "undated_not_superseded", || {
                format!(
                    "{:?} is superseded, but this line has no readable ISSUED= or START=: it stays",
                    subject.name
                )
            });
            return true;
        };
        date >= *before
    };
    subjects.iter().map(is_current).collect()
}
