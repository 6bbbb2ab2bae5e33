//! The console's own words in five languages, from the Fluent files in `texts`.
use std::sync::{Arc, OnceLock};

use axum::http::{HeaderMap, header};
use chrono::{DateTime, NaiveDate, Utc};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use remote_service::license::texts::Texts;
use unic_langid::LanguageIdentifier;

use crate::cookies;
use crate::when::When;

type Bundle = FluentBundle<FluentResource>;

/// Codes, and what the languages call themselves; the first is used for every other one.
pub(crate) const LANGUAGES: [(&str, &str); 5] =
    [("en", "English"), ("nl", "Nederlands"), ("de", "Deutsch"), ("fr", "Français"), ("ja", "日本語")];

const SOURCES: [&str; 5] = [
    include_str!("texts/en.ftl"),
    include_str!("texts/nl.ftl"),
    include_str!("texts/de.ftl"),
    include_str!("texts/fr.ftl"),
    include_str!("texts/ja.ftl"),
];

/// All languages, each read when somebody first asks for it.
pub(crate) struct Catalog([OnceLock<Arc<Words>>; LANGUAGES.len()]);

impl Catalog {
    pub(crate) fn new() -> Self {
        Self(std::array::from_fn(|_| OnceLock::new()))
    }

    /// The language that was chosen by the switch, else the best one of `Accept-Language`.
    pub(crate) fn choose(&self, headers: &HeaderMap) -> Arc<Words> {
        let chosen = cookies::get(headers, cookies::LANGUAGE).and_then(place);
        let asked = || headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(preferred);
        let place = chosen.or_else(asked).unwrap_or(0);
        self.0[place].get_or_init(|| Arc::new(Words::new(place))).clone()
    }
}

/// Where a language stands, by the first part of its tag.
pub(crate) fn place(tag: &str) -> Option<usize> {
    let first = tag.split(['-', '_']).next().unwrap_or_default();
    LANGUAGES.iter().position(|(code, _)| first.eq_ignore_ascii_case(code))
}

/// The known language with the highest quality (RFC 9110, section 12.5.4); the first of equals.
fn preferred(accepted: &str) -> Option<usize> {
    let entries = accepted.split(',').take(32).filter_map(|entry| {
        let (tag, rest) = entry.split_once(';').unwrap_or((entry, ""));
        let quality =
            rest.trim().strip_prefix("q=").map_or(Some(1.0), |quality| quality.parse::<f32>().ok())?;
        Some((place(tag.trim())?, quality))
    });
    let best = entries.filter(|(_, quality)| *quality > 0.0).reduce(|best, next| match next.1 > best.1 {
        true => next,
        false => best,
    });
    best.map(|(place, _)| place)
}

/// The words of one language.
pub(crate) struct Words {
    code: &'static str,
    /// Asked in this order: the language's own, then English.
    bundles: [Bundle; 2],
    /// The sentences about licenses.
    pub(crate) license: Texts,
}

impl Words {
    fn new(place: usize) -> Self {
        let code = LANGUAGES[place].0;
        Self { code, bundles: [bundle(place), bundle(0)], license: Texts::new(code) }
    }

    pub(crate) fn language(&self) -> &'static str {
        self.code
    }

    /// A message without values.
    pub(crate) fn say(&self, name: &str) -> String {
        self.tell(name, &[])
    }

    /// A message with texts in it.
    pub(crate) fn tell(&self, name: &str, values: &[(&'static str, &str)]) -> String {
        let values = values.iter().map(|(name, value)| (*name, FluentValue::from(*value)));
        self.find(name, values.collect()).unwrap_or_else(|| name.to_owned())
    }

    /// A message with a number in it, `$count`.
    pub(crate) fn count(&self, name: &str, count: u64) -> String {
        let values: FluentArgs<'_> = [("count", FluentValue::from(count))].into_iter().collect();
        self.find(name, values).unwrap_or_else(|| name.to_owned())
    }

    /// The message for a code that may be newer than the words are; the code itself where there is none.
    pub(crate) fn code(&self, group: &str, code: &str) -> String {
        self.find(&format!("{group}-{code}"), FluentArgs::new()).unwrap_or_else(|| code.replace('_', " "))
    }

    /// A message that may be missing.
    pub(crate) fn find(&self, name: &str, values: FluentArgs<'_>) -> Option<String> {
        self.bundles.iter().find_map(|bundle| {
            let pattern = bundle.get_message(name)?.value()?;
            let mut errors = Vec::new();
            let text = bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned();
            errors.is_empty().then_some(text)
        })
    }

    pub(crate) fn date(&self, date: NaiveDate) -> String {
        self.license.date(date)
    }

    /// A moment; a script turns it into the reader's own time.
    pub(crate) fn moment(&self, time: DateTime<Utc>) -> When {
        When::new(time, format!("{} {} UTC", self.date(time.date_naive()), time.format("%H:%M")))
    }
}

fn bundle(place: usize) -> Bundle {
    let language: LanguageIdentifier = LANGUAGES[place].0.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(false); // none of the languages is written from right to left
    // Our own sources are Fluent syntax (a test says so); a mistake would cost the messages it is in.
    let resource =
        FluentResource::try_new(SOURCES[place].to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests;
