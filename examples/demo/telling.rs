//! What the pages of the product would say.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use remote_service::Snapshot;
use remote_service::license::texts::Texts;
use remote_service::license::{Notice, Place};

/// Noon of a day, so that no time zone moves it to another.
pub fn noon(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() + chrono::TimeDelta::hours(12)
}

/// Prints page, login and About box as of `now`.
pub fn tell(texts: &Texts, what: &str, snapshot: &Snapshot, now: DateTime<Utc>) {
    println!("\n  {} ({what})", snapshot.today(now));
    for (name, place) in [("page", Place::Page), ("login", Place::Login)] {
        let notices = snapshot.notices_for(place, now);
        if notices.is_empty() {
            println!("    {name:<6} nothing to say");
        }
        for notice in &notices {
            let mut said = texts.notice(notice);
            if let Notice::LicenseAnnounced { .. } = notice {
                said = said.replace("; ", "\n           "); // a line for each change
            }
            println!("    {name:<6} {said}");
        }
    }
    if let Some(about) = snapshot.about() {
        let features = about.license.features.iter();
        let features: Vec<String> =
            features.map(|feature| format!("{} ({})", feature.name, texts.seats(feature.count))).collect();
        println!(
            "    About  serial number {}, license until {}, maintenance until {}",
            about.serial_number.unwrap_or("unknown"),
            texts.end(Some(about.expires)),
            texts.end(about.maintenance_until)
        );
        println!("           {}", features.join(", "));
    }
}
