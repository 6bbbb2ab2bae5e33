//! Sentences for people (feature `texts`): notices, changes, refusals and entitlements in five languages.
//!
//! The sentences are [Fluent](https://projectfluent.org) messages, named after the codes they belong to
//! (`notice-license_expired`, `refusal-wrong_product`, …); `en.ftl` beside this module lists them all.
use chrono::{Datelike, NaiveDate};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::server::ServerErrorKind;
use crate::{Changes, Entitlement, Error, Notice, Refusal};

mod changes;
mod sentences;

type Bundle = FluentBundle<FluentResource>;

/// The languages that come with this crate, as BCP 47 codes; the first is used for every other one.
pub const LANGUAGES: [&str; 5] = ["en", "nl", "de", "fr", "ja"];

const SOURCES: [&str; 5] = [
    include_str!("texts/en.ftl"),
    include_str!("texts/nl.ftl"),
    include_str!("texts/de.ftl"),
    include_str!("texts/fr.ftl"),
    include_str!("texts/ja.ftl"),
];

/// Sentences in one language, and in English where a message is missing.
///
/// Plain text without markup or direction marks: to be escaped before it goes into a page, because names of features,
/// files and servers stand in it as they came.
pub struct Texts {
    language: LanguageIdentifier,
    /// Asked in this order.
    bundles: Vec<Bundle>,
}

impl Texts {
    /// The texts in `language`, a BCP 47 tag such as `de` or `fr-CH`, of which the first part decides. A tag that
    /// cannot be read, or another language, gets English.
    pub fn new(language: &str) -> Self {
        let wanted: LanguageIdentifier = language.parse().unwrap_or_default();
        let place = LANGUAGES.iter().position(|known| *known == wanted.language.as_str()).unwrap_or(0);
        let language: LanguageIdentifier = LANGUAGES[place].parse().unwrap_or_default();
        let english: LanguageIdentifier = LANGUAGES[0].parse().unwrap_or_default();
        let own = bundle(language.clone(), builtin(SOURCES[place]));
        Self { language, bundles: vec![own, bundle(english, builtin(SOURCES[0]))] }
    }

    /// The same with messages of the product's own, in the same language. They win one by one: what they lack is taken
    /// from the texts here. A bundle added later wins over one added before.
    ///
    /// # Errors
    /// [`Error::BadTexts`] when `source` is not Fluent syntax; nothing of it is used then.
    pub fn with_bundle(mut self, source: &str) -> Result<Self, Error> {
        let resource = FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| Error::BadTexts {
            detail: errors.first().map(ToString::to_string).unwrap_or_default(),
        })?;
        self.bundles.insert(0, bundle(self.language.clone(), resource));
        Ok(self)
    }

    /// The language in use: one of [`LANGUAGES`].
    pub fn language(&self) -> &str {
        self.language.language.as_str()
    }

    /// A date as it is written in the language: `31 March 2027`, `2027年3月31日`.
    pub fn date(&self, date: NaiveDate) -> String {
        const MONTHS: [&str; 12] =
            ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
        self.say(
            "date",
            &[
                ("day", date.day().into()),
                ("month", MONTHS[date.month0() as usize].into()),
                ("year", date.year().to_string().into()),
            ],
        )
    }

    /// What a notice says. A [`LicenseAnnounced`](Notice::LicenseAnnounced) says all [`changes`](Self::changes) too.
    pub fn notice(&self, notice: &Notice) -> String {
        sentences::notice(self, notice)
    }

    /// One line for each change: the features first, then the ends of license and maintenance, then the serial number.
    pub fn changes(&self, changes: &Changes) -> Vec<String> {
        changes::lines(self, changes)
    }

    /// Why a license could not be delivered, and what to do.
    pub fn delivery_failure(&self, kind: ServerErrorKind) -> String {
        self.say(&format!("server-{}", kind.code()), &[])
    }

    /// Why a license was not accepted.
    pub fn refusal(&self, refusal: &Refusal) -> String {
        sentences::refusal(self, refusal)
    }

    /// Whether a release may be installed, and why.
    pub fn entitlement(&self, entitlement: &Entitlement) -> String {
        let date = entitlement.last_covered.map(|date| self.date(date)).unwrap_or_default();
        self.say(&format!("entitlement-{}", entitlement.reason.code()), &[("date", date.into())])
    }

    /// A message, from the first bundle that has it. The name itself where none has: better an odd word than silence.
    fn say(&self, name: &str, values: &[(&'static str, FluentValue<'static>)]) -> String {
        let args: FluentArgs<'_> = values.iter().cloned().collect();
        let formatted = self.bundles.iter().find_map(|bundle| {
            let pattern = bundle.get_message(name)?.value()?;
            let mut errors = Vec::new();
            let text = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
            errors.is_empty().then_some(text)
        });
        formatted.unwrap_or_else(|| name.to_owned())
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts").field("language", &self.language()).finish_non_exhaustive()
    }
}

fn bundle(language: LanguageIdentifier, resource: FluentResource) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // Marks that keep right-to-left text apart: none of the languages needs them, and consoles print them as boxes.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

/// Our own sources are Fluent syntax (a test says so); a mistake would cost the messages it is in.
fn builtin(source: &str) -> FluentResource {
    FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource)
}

#[cfg(test)]
mod tests;
