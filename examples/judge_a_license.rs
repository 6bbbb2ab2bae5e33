//! Judges a signed license: who signed it, what it allows, how it stands today, and what people should be told.
//!
//! `cargo run --example judge_a_license`
use std::error::Error;

use chrono::{DateTime, Months, NaiveDate, Utc};
use license_lifecycle::{
    ChangeKind, ChangeReason, Count, Expiry, FileBinding, FileName, Moved, Notice, NoticeInput, Plan,
    Standing, Trust, diff,
    manifest::{self, Manifest, ManifestFeature},
    notices, plan, standing,
};
use signed_envelope::SigningKey;

fn main() -> Result<(), Box<dyn Error>> {
    // The vendor's side: a license file for the license server, and a manifest that says what it means.
    let vendor = SigningKey::generate()?;
    let (first, first_file) = issue(&vendor, 7, 10)?;
    let (renewal, renewal_file) = issue(&vendor, 8, 15)?;

    // The customer's side: keys, product and serial number are known; the clock is an argument.
    let now: DateTime<Utc> = "2027-11-05T09:00:00Z".parse()?;
    let trust = Trust {
        product: Some("PRISMAdirect".into()),
        serial_number: Some("PD-0012345".into()),
        ..Trust::new(vendor.public().into(), now)
    };
    let license = manifest::open(&first, &first_file, &trust)?;
    let sequence = license.sequence.unwrap_or_default();
    println!("The license with sequence {sequence} is signed by key {}.", license.signers()[0]);

    let today = now.date_naive();
    match standing(license.expires, today, Months::new(1)) {
        Standing::Valid => println!("On {today} it is valid, and its end is not near."),
        Standing::ExpiresSoon { on, days } => println!("It ends on {on}, in {days} days."),
        Standing::Expired { on } => println!("It ended on {on}."),
        Standing::Unknown => println!("Its last day cannot be read."),
    }
    // Notices are codes and data; feature `texts` makes sentences of them in five languages.
    for notice in notices(&NoticeInput::new(Some(&license), today)) {
        if let Notice::MaintenanceExpiresSoon { on, days } = notice {
            println!("People are told on the product's page: maintenance ends on {on}, in {days} days.");
        }
    }

    let offered = manifest::open(&renewal, &renewal_file, &trust)?;
    let changes = diff(&license, &offered);
    for change in &changes.features {
        if let ChangeKind::Count(Moved { from: Count::Of(from), to: Count::Of(to) }) = change.kind {
            println!("The renewal has {to} seats of {} in place of {from}.", change.name);
        }
    }
    let reasons: Vec<&str> = changes.reasons().into_iter().map(ChangeReason::code).collect();
    println!("What was bought, as codes: {}.", reasons.join(", "));
    match plan(None, &offered, None, false) {
        Plan::Deliver => println!("It is to be delivered to the license server."),
        Plan::Keep => println!("It is in force already."),
        Plan::Refuse { why } => println!("It is refused: {why}."),
    }

    // What is not as the vendor issued it is refused, each with its own reason.
    let mut changed = renewal_file.clone();
    changed[0] ^= 1;
    let stranger = Trust { keys: SigningKey::generate()?.public().into(), ..trust.clone() };
    let elsewhere = Trust { serial_number: Some("PD-9".into()), ..trust.clone() };
    for (what, refused) in [
        ("A changed file", manifest::open(&renewal, &changed, &trust)),
        ("A stranger's license", manifest::open(&renewal, &renewal_file, &stranger)),
        ("Another installation's license", manifest::open(&renewal, &renewal_file, &elsewhere)),
    ] {
        let why = refused.err().ok_or("a bad license was accepted")?;
        println!("{what} is refused: {why} ({})", why.code());
    }
    Ok(())
}

/// A license for so many seats, as the vendor would issue it: the envelope and the license file.
fn issue(vendor: &SigningKey, sequence: u64, seats: u64) -> Result<(Vec<u8>, Vec<u8>), Box<dyn Error>> {
    let file =
        format!("VENDOR ocevd\nINCREMENT WEB_SHOP ocevd 1.2 31-dec-2028 {seats} SN=PD-0012345 SIGN=0\n");
    let maintenance: NaiveDate = if sequence == 7 { "2027-11-30" } else { "2028-11-30" }.parse()?;
    let manifest = Manifest {
        version: 1,
        product: "PRISMAdirect".into(),
        serial_number: "PD-0012345".into(),
        sequence,
        issued_at: "2027-01-04T08:00:00Z".parse()?,
        expires: Some("2028-12-31".parse()?),
        maintenance_until: Some(Expiry::On(maintenance)),
        features: vec![ManifestFeature {
            name: "WEB_SHOP".into(),
            version: Some("1.2".into()),
            count: Some(seats),
            expires: None,
        }],
        file: FileBinding::of(FileName::new("prismadirect.lic")?, "flexnet", file.as_bytes()),
    };
    let envelope = manifest::issue(&manifest, file.as_bytes(), &[vendor])?;
    Ok((envelope.to_json(), file.into_bytes()))
}
