use fluent_bundle::FluentValue;

use super::Texts;
use crate::{Notice, Refusal};

type Values = Vec<(&'static str, FluentValue<'static>)>;

pub(super) fn notice(texts: &Texts, notice: &Notice) -> String {
    let date = |date| FluentValue::from(texts.date(date));
    let values: Values = match notice {
        Notice::LicenseExpiresSoon { on, days } | Notice::MaintenanceExpiresSoon { on, days } => {
            vec![("date", date(*on)), ("days", (*days).into())]
        }
        Notice::LicenseExpired { on } | Notice::MaintenanceExpired { on } => vec![("date", date(*on))],
        Notice::FeatureExpiresSoon { feature, count, on, days } => vec![
            ("feature", feature.clone().into()),
            ("seats", texts.seats(*count).into()),
            ("date", date(*on)),
            ("days", (*days).into()),
        ],
        Notice::LicenseAnnounced { changes, .. } => {
            vec![("changes", texts.changes(changes).join(&texts.say("separator", &[])).into())]
        }
        Notice::MaintenanceExtended { from, to, .. } => {
            vec![("from", texts.end(*from).into()), ("to", texts.end(*to).into())]
        }
        Notice::LicenseExtended { from, to, .. } => {
            vec![("from", texts.end(Some(*from)).into()), ("to", texts.end(Some(*to)).into())]
        }
        Notice::LicenseNotUpdated { file, server, kind, .. } => vec![
            ("file", file.to_string().into()),
            ("server", server.clone().into()),
            ("why", texts.delivery_failure(*kind).into()),
        ],
        Notice::ClockSetBack(back) => {
            vec![("date", date(back.clock.date_naive())), ("known", date(back.known_time.date_naive()))]
        }
        Notice::LicenseNotPickedUp { .. } | Notice::ManifestDisagrees | Notice::LicenseUnsigned => vec![],
    };
    texts.say(&format!("notice-{}", notice.code()), &values)
}

pub(super) fn refusal(texts: &Texts, refusal: &Refusal) -> String {
    let values: Values = match refusal {
        Refusal::WrongProduct { found } | Refusal::WrongSerialNumber { found } => {
            vec![("found", texts.or_none(found.clone()).into())]
        }
        Refusal::UnsupportedAlgorithm { found } => vec![("found", found.clone().into())],
        Refusal::FileExpired { expired: time } | Refusal::IssuedInTheFuture { issued_at: time } => {
            vec![("date", texts.date(time.date_naive()).into())]
        }
        _ => vec![],
    };
    texts.say(&format!("refusal-{}", refusal.code()), &values)
}
