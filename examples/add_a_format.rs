//! Adds a license format of a vendor's own: signed lines of `key = value`.
//!
//! ```text
//! serial = AC-17
//! expires = 2027-12-31
//! feature = REPORTS 5
//! signature = (128 hex digits over everything before this line)
//! ```
//! `cargo run --example add_a_format`
use std::error::Error;

use chrono::{NaiveDate, Utc};
use license_lifecycle::{
    Count, Expiry, Feature, Format, FormatName, License, NoticeInput, Opened, Refusal, Trust, Verified,
    notices,
};
use signed_envelope::SigningKey;

/// The format. One that needs a secret or a second file has it as a field.
struct SignedLines;

const NAME: FormatName = FormatName::new("signed-lines");
const LIMIT: usize = 64 * 1024;
const SIGNATURE: &str = "signature = ";

impl Format for SignedLines {
    fn sniff(&self, bytes: &[u8]) -> bool {
        bytes.starts_with(b"serial = ")
    }

    fn open(&self, bytes: &[u8], trust: &Trust) -> Result<Opened, Refusal> {
        if bytes.len() > LIMIT {
            return Err(Refusal::TooLarge { part: "signed lines", limit: LIMIT as u64 });
        }
        let text = std::str::from_utf8(bytes).map_err(|error| Refusal::malformed("signed lines", &error))?;
        let (lines, signature) = text.rsplit_once(SIGNATURE).ok_or_else(|| malformed("no signature"))?;
        let signature =
            hex(signature.trim()).ok_or_else(|| malformed("the signature is not 128 hex digits"))?;
        // The only way to a `Verified` license: the trust checks the signature, and only then are the lines read.
        let license: Verified<License> = trust.open_signed(lines.as_bytes(), &signature, |_| read(lines))?;
        trust.judge(&license)?;
        Ok(Opened::Signed(license))
    }
}

fn read(lines: &str) -> Result<License, Refusal> {
    let mut license = License::new(NAME);
    for line in lines.lines() {
        let (key, value) = line.split_once(" = ").ok_or_else(|| malformed("a line without ` = `"))?;
        match key {
            "serial" => license.serial_number = Some(value.into()),
            "expires" => license.expires = value.parse().map_or(Expiry::Unknown, Expiry::On),
            "feature" => license.features.push(feature(value)?),
            _ => {} // a newer vendor may say more
        }
    }
    Ok(license)
}

fn feature(text: &str) -> Result<Feature, Refusal> {
    let (name, seats) = text.split_once(' ').ok_or_else(|| malformed("a feature without seats"))?;
    let seats = seats.parse().map_err(|_| malformed("seats are not a number"))?;
    let name = name.to_owned();
    Ok(Feature {
        name,
        vendor: None,
        version: None,
        count: Count::Of(seats),
        expires: Expiry::Never,
        starts: None,
    })
}

fn malformed(detail: &str) -> Refusal {
    Refusal::Malformed { part: "signed lines", detail: detail.into() }
}

fn hex(text: &str) -> Option<[u8; 64]> {
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    bytes.try_into().ok()
}

#[expect(clippy::disallowed_methods, reason = "a demo begins now")]
fn main() -> Result<(), Box<dyn Error>> {
    let vendor = SigningKey::generate()?;
    let lines = "serial = AC-17\nexpires = 2027-12-31\nfeature = REPORTS 5\n";
    let signature: String = vendor.sign(lines.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let file = format!("{lines}{SIGNATURE}{signature}\n");

    let trust =
        Trust { serial_number: Some("AC-17".into()), ..Trust::new(vendor.public().into(), Utc::now()) };
    let opened = SignedLines.open(file.as_bytes(), &trust)?;
    let license = opened.license();
    println!("A {} file: serial number AC-17, {} feature(s).", license.format, license.features.len());

    // From here on it is a license like any other.
    let new_year: NaiveDate = "2028-01-01".parse()?;
    for notice in notices(&NoticeInput::new(Some(license), new_year)) {
        println!("On {new_year} people are told: {}", notice.code());
    }
    let forged = file.replace("REPORTS 5", "REPORTS 500");
    let why = SignedLines.open(forged.as_bytes(), &trust).err().ok_or("a forged license was accepted")?;
    println!("With 500 seats in place of 5 it is refused: {why} ({})", why.code());
    Ok(())
}
