//! Publishing licenses.
use std::cmp::Ordering;

use back_office::EventKind;
use chrono::{DateTime, Utc};
use license_lifecycle::manifest::{self, Reset};
use license_lifecycle::{License, Refusal, Trust, Verified};
use signed_envelope::Digest;

use super::{Administration, clock, organizations};
use crate::Error;
use crate::events;
use crate::store::{Write, millis};

/// What a published license reached.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Publication {
    /// The serial number it was issued for.
    pub serial_number: String,
    /// Its issue number.
    pub sequence: u64,
    /// How many enrolled installations were told.
    pub installations: u64,
}

/// A license that installations would accept, with what it is filed under.
struct Checked<'a> {
    license: Verified<License>,
    serial_number: String,
    sequence: i64,
    envelope: &'a [u8],
    file: &'a [u8],
    /// What corrects a mistyped sequence: the reset, and its envelope.
    reset: Option<(Verified<Reset>, &'a [u8])>,
}

impl Administration {
    /// Publishes a license: it makes its serial number known and is offered to the installations
    /// enrolled under it. Publish a customer's first license before it enrols.
    ///
    /// The same license again tells them again and changes nothing else.
    ///
    /// # Errors
    /// [`Error::License`] when installations would refuse it, [`Error::Disagreement`] when manifest and file
    /// differ, [`Error::UnknownOrganization`], [`Error::Database`].
    pub async fn publish(
        &self,
        service_organization_id: &str,
        envelope: &[u8],
        file: &[u8],
    ) -> Result<Publication, Error> {
        self.publish_checked(service_organization_id, self.check(envelope, file, None)?).await
    }

    /// Publishes a license whose sequence is lower than the mistyped one on offer, with the vendor's `reset` that
    /// allows it. Later licenses carry the reset on, for installations that were not there meanwhile.
    ///
    /// # Errors
    /// As [`publish`](Self::publish); [`Error::License`] also when the reset is not for this serial number, or not from
    /// the sequence that is on offer.
    pub async fn correct(
        &self,
        service_organization_id: &str,
        envelope: &[u8],
        file: &[u8],
        reset: &[u8],
    ) -> Result<Publication, Error> {
        self.publish_checked(service_organization_id, self.check(envelope, file, Some(reset))?).await
    }

    async fn publish_checked(
        &self,
        service_organization_id: &str,
        checked: Checked<'_>,
    ) -> Result<Publication, Error> {
        let mut write = self.store.write().await?;
        organizations::known(&mut write, service_organization_id).await?;
        let reset = succeed(&mut write, service_organization_id, &checked).await?;
        file_away(&mut write, service_organization_id, &checked, reset, clock::now()).await?;
        let installations = offer(&mut write, service_organization_id, &checked).await?;
        self.bell.commit(write, &installations).await?;
        Ok(Publication {
            serial_number: checked.serial_number,
            sequence: checked.sequence.unsigned_abs(),
            installations: installations.len() as u64,
        })
    }

    fn check<'a>(
        &self,
        envelope: &'a [u8],
        file: &'a [u8],
        reset: Option<&'a [u8]>,
    ) -> Result<Checked<'a>, Error> {
        let vendor = self.vendor()?;
        let product = Some(vendor.product.clone());
        let mut trust = Trust { product, ..Trust::new(vendor.keys.clone(), clock::now()) };
        let license = manifest::open(envelope, file, &trust)?;
        let differences = manifest::disagreements(&license, file);
        if !differences.is_empty() {
            return Err(Error::Disagreement { differences });
        }
        let malformed = |detail: &str| Refusal::Malformed { part: "manifest", detail: detail.to_owned() };
        let serial_number = license.serial_number.clone().ok_or_else(|| malformed("no serial number"))?;
        let sequence = license.sequence.and_then(|sequence| i64::try_from(sequence).ok());
        let sequence = sequence.ok_or_else(|| malformed("no sequence, or one beyond all measure"))?;
        trust.serial_number = Some(serial_number.clone());
        let open = |reset| manifest::open_reset(reset, &trust).map(|opened| (opened, reset));
        let reset = reset.map(open).transpose()?;
        Ok(Checked { license, serial_number, sequence, envelope, file, reset })
    }
}

/// Whether the license may follow the one on offer: installations would refuse a step back. Returns the reset that it is
/// offered with.
async fn succeed(
    write: &mut Write,
    organization: &str,
    checked: &Checked<'_>,
) -> Result<Option<Vec<u8>>, Error> {
    let on_offer: Option<(i64, String, Option<Vec<u8>>)> = sqlx::query_as(
        "SELECT s.sequence, s.offer, l.reset FROM serial_number s
         JOIN license l ON l.organization = s.organization AND l.offer = s.offer
         WHERE s.organization = $1 AND s.serial_number = $2",
    )
    .bind(organization)
    .bind(&checked.serial_number)
    .fetch_optional(&mut **write)
    .await?;
    if let Some((_, offer, carried_on)) = &on_offer
        && *offer == checked.license.digest().to_string()
    {
        return Ok(carried_on.clone());
    }
    let mark = on_offer.as_ref().map(|(sequence, ..)| sequence.unsigned_abs());
    let (mark, reset) = match (&checked.reset, on_offer) {
        (Some((reset, envelope)), _) if mark == Some(reset.from_sequence) => {
            (reset.to_sequence, Some(envelope.to_vec()))
        }
        (Some((reset, _)), _) => {
            return Err(Refusal::ResetDoesNotApply { from: reset.from_sequence, mark }.into());
        }
        (None, Some((sequence, _, carried_on))) => (sequence.unsigned_abs(), carried_on),
        (None, None) => return Ok(None),
    };
    let offered = checked.sequence.unsigned_abs();
    match offered.cmp(&mark) {
        Ordering::Less => Err(Refusal::LowerSequence { offered, mark }.into()),
        Ordering::Equal => Err(Refusal::Equivocation { sequence: offered }.into()),
        Ordering::Greater => Ok(reset),
    }
}

async fn file_away(
    write: &mut Write,
    organization: &str,
    checked: &Checked<'_>,
    reset: Option<Vec<u8>>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO license
             (organization, offer, serial_number, sequence, file_sha256, envelope, file, published_at, reset)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (organization, offer) DO UPDATE SET reset = $9",
    )
    .bind(organization)
    .bind(checked.license.digest().to_string())
    .bind(&checked.serial_number)
    .bind(checked.sequence)
    .bind(Digest::of(checked.file).to_string())
    .bind(checked.envelope)
    .bind(checked.file)
    .bind(millis(now))
    .bind(reset)
    .execute(&mut **write)
    .await?;
    sqlx::query(
        "INSERT INTO serial_number (organization, serial_number, offer, sequence) VALUES ($1, $2, $3, $4)
         ON CONFLICT (organization, serial_number) DO UPDATE SET offer = $3, sequence = $4",
    )
    .bind(organization)
    .bind(&checked.serial_number)
    .bind(checked.license.digest().to_string())
    .bind(checked.sequence)
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// Tells the enrolled installations of that serial number; returns them.
async fn offer(
    write: &mut Write,
    organization: &str,
    checked: &Checked<'_>,
) -> Result<Vec<String>, sqlx::Error> {
    let installations: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM installation WHERE organization = $1 AND serial_number = $2 AND state = 'active'",
    )
    .bind(organization)
    .bind(&checked.serial_number)
    .fetch_all(&mut **write)
    .await?;
    for installation in &installations {
        events::tell(write, installation, &EventKind::LicenseOffered, None).await?;
    }
    Ok(installations)
}
