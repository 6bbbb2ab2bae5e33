use fluent_bundle::FluentValue;

use super::Texts;
use crate::{ChangeKind, Changes, Count, Expiry, FeatureChange};

pub(super) fn lines(texts: &Texts, changes: &Changes) -> Vec<String> {
    let moved =
        |name: &str, from: String, to: String| texts.say(name, &[("from", from.into()), ("to", to.into())]);
    let mut lines: Vec<String> = changes.features.iter().map(|change| feature(texts, change)).collect();
    if let Some(license) = &changes.expires {
        lines.push(moved("change-license", texts.end(Some(license.from)), texts.end(Some(license.to))));
    }
    if let Some(maintenance) = &changes.maintenance_until {
        lines.push(moved("change-maintenance", texts.end(maintenance.from), texts.end(maintenance.to)));
    }
    if let Some(serial) = &changes.serial_number {
        let (from, to) = (texts.or_none(serial.from.clone()), texts.or_none(serial.to.clone()));
        lines.push(moved("change-serial_number", from, to));
    }
    lines
}

fn feature(texts: &Texts, change: &FeatureChange) -> String {
    let moved = |from: String, to: String| vec![("from", from.into()), ("to", to.into())];
    let mut values: Vec<(&'static str, FluentValue<'static>)> = match &change.kind {
        ChangeKind::Added(total) | ChangeKind::Removed(total) => {
            vec![("seats", texts.seats(total.count).into())]
        }
        ChangeKind::Count(count) => moved(texts.seats(count.from), texts.seats(count.to)),
        ChangeKind::Version(version) => {
            moved(texts.or_none(version.from.clone()), texts.or_none(version.to.clone()))
        }
        ChangeKind::Expiry(dates) => moved(texts.ends(&dates.from), texts.ends(&dates.to)),
    };
    values.push(("feature", change.name.clone().into()));
    texts.say(&format!("change-{}", change.kind.code()), &values)
}

impl Texts {
    /// So many seats: `1 seat`, `10 seats`, `any number of seats`.
    pub fn seats(&self, count: Count) -> String {
        match count {
            // Languages here put every large number into the same plural class, and f64 holds this one exactly.
            Count::Of(seats) => self.say("seats", &[("count", seats.into())]),
            Count::Uncounted => self.say("uncounted", &[]),
        }
    }

    /// A last day, such as `31 March 2027` or `no end`; `None`: there is nothing that ends.
    pub fn end(&self, end: Option<Expiry>) -> String {
        match end {
            Some(Expiry::On(date)) => self.date(date),
            Some(Expiry::Never) => self.say("never", &[]),
            Some(Expiry::Unknown) => self.say("unknown", &[]),
            None => self.say("none", &[]),
        }
    }

    /// The last days of several pools, each day once.
    fn ends(&self, ends: &[Expiry]) -> String {
        let mut distinct = ends.to_vec();
        distinct.dedup();
        let ends: Vec<String> = distinct.into_iter().map(|end| self.end(Some(end))).collect();
        ends.join(&self.say("separator", &[]))
    }

    pub(super) fn or_none(&self, text: Option<String>) -> String {
        text.unwrap_or_else(|| self.say("none", &[]))
    }
}
