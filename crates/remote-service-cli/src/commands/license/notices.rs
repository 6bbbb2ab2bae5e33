use std::path::PathBuf;

use clap::Args;
use remote_service::license::{FormatName, Notice, NoticeInput, Place, notices};
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Stop, table},
    clock::Clock,
    opened,
    reading::Reading,
};

/// Shows what people would be told about a license today, by place: page, login, About box, settings
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service license notices prismadirect.lic --base-feature PRISMADIRECT
  remote-service license notices prismadirect.lic.dsse --today 2027-12-01 --json")]
pub(crate) struct Notices {
    /// The license file
    file: PathBuf,
    #[command(flatten)]
    reading: Reading,
}

impl Notices {
    pub(crate) fn run(&self, clock: &Clock) -> Result<Answer, Stop> {
        let license = opened::open(&self.file, &self.reading, clock)?.license;
        let unsigned = license.format == FormatName::FLEXNET;
        let found = notices(&NoticeInput { unsigned, ..NoticeInput::new(Some(&license), clock.today()) });
        let places = [
            ("page", Place::Page),
            ("login", Place::Login),
            ("about", Place::About),
            ("settings", Place::Settings),
        ];
        let mut json = json!({});
        let mut rows = Vec::new();
        for (name, place) in places {
            let here: Vec<_> = found.iter().filter(|notice| notice.is_for(place)).map(as_json).collect();
            rows.extend(here.iter().map(|notice| {
                let text = |key: &str| match &notice[key] {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let days = match notice["days"].as_i64() {
                    None => String::new(),
                    Some(1) => "1 day left".to_owned(),
                    Some(days) => format!("{days} days left"),
                };
                [name.to_owned(), text("code"), text("feature"), text("date"), days]
            }));
            json[name] = json!(here);
        }
        let text = if rows.is_empty() { "Nothing to say.\n".to_owned() } else { table(&rows) };
        Ok(Answer::yes(json, text))
    }
}

fn as_json(notice: &Notice) -> Value {
    let mut json = json!({ "code": notice.code() });
    match notice {
        Notice::LicenseExpiresSoon { on, days } | Notice::MaintenanceExpiresSoon { on, days } => {
            json["date"] = json!(on);
            json["days"] = json!(days);
        }
        Notice::LicenseExpired { on } | Notice::MaintenanceExpired { on } => json["date"] = json!(on),
        Notice::FeatureExpiresSoon { feature, count, on, days } => {
            json["feature"] = json!(feature);
            json["count"] = json!(count);
            json["date"] = json!(on);
            json["days"] = json!(days);
        }
        _ => {}
    }
    json
}
