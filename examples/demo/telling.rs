//! What the pages of the product would say.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use remote_service::Snapshot;
use remote_service::license::{Count, Notice, Place};

/// Noon of a day, so that no time zone moves it to another.
pub fn noon(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() + chrono::TimeDelta::hours(12)
}

/// Prints page, login and About box as of `now`.
pub fn tell(what: &str, snapshot: &Snapshot, now: DateTime<Utc>) {
    println!("\n  {} ({what})", snapshot.today(now));
    for (name, place) in [("page", Place::Page), ("login", Place::Login)] {
        let notices = snapshot.notices_for(place, now);
        if notices.is_empty() {
            println!("    {name:<6} nothing to say");
        }
        for notice in &notices {
            println!("    {name:<6} {}", sentence(notice));
        }
    }
    if let Some(about) = snapshot.about() {
        let maintenance = about.maintenance_until.map_or("none".to_owned(), |end| end.to_string());
        let features: Vec<String> = about
            .license
            .features
            .iter()
            .map(|feature| match feature.count {
                Count::Of(seats) => format!("{} ({seats} seats)", feature.name),
                _ => feature.name.clone(),
            })
            .collect();
        println!(
            "    About  serial number {}, license until {}, maintenance until {maintenance}",
            about.serial_number.unwrap_or("unknown"),
            about.expires
        );
        println!("           {}", features.join(", "));
    }
}

fn sentence(notice: &Notice) -> String {
    match notice {
        Notice::LicenseExpired { on } => format!("The license expired on {on}."),
        Notice::LicenseExpiresSoon { on, days } => format!("The license expires on {on}, in {days} days."),
        Notice::MaintenanceExpiresSoon { on, days } => {
            format!("Maintenance ends on {on}, in {days} days.")
        }
        Notice::MaintenanceExpired { on } => format!("Maintenance ended on {on}."),
        Notice::LicenseAnnounced { changes, .. } => {
            let what: Vec<&str> = changes.reasons().iter().map(|reason| reason.code()).collect();
            format!("A new license is in use ({}).", what.join(", "))
        }
        other => other.code().to_owned(),
    }
}
