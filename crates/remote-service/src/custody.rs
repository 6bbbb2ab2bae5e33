//! The licenses in our keeping: what is in force, what is on its way, and the judgement of what is offered.

use chrono::{DateTime, Utc};
use license_lifecycle::server::LicenseFile;
use license_lifecycle::{
    Accepted, Changes, Digest, FileName, License, Offer, Outbox, Plan, Records, Refusal, Trust, diff,
    manifest, plan, plan_unsigned,
};
use signed_envelope::KeyRing;

use crate::{Error, Product, StateDir};

/// Outbox and records, always changed together.
#[derive(Debug)]
pub(crate) struct Custody {
    pub(crate) outbox: Outbox,
    pub(crate) records: Records,
}

/// What became of an offer.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// In force, or on its way, already.
    Known,
    /// In the outbox.
    Accepted { license: Digest, changes: Option<Changes> },
    /// Everything is as it was.
    Refused(Refusal),
}

impl Custody {
    pub(crate) fn open(dir: &StateDir) -> Result<Self, Error> {
        let mut records = Records::open(dir.license())?;
        let mut outbox = Outbox::open(dir.outbox())?;
        license_lifecycle::resume(&mut outbox, &mut records)?;
        Ok(Self { outbox, records })
    }

    pub(crate) fn in_force(&self) -> Option<&Accepted> {
        self.records.in_force()
    }

    /// The newest license accepted, delivered or not.
    fn newest(&self) -> Option<&License> {
        let waiting = self.outbox.entries().iter().rev().find(|entry| entry.is_live());
        waiting.map(|entry| &entry.license).or_else(|| Some(&self.in_force()?.license))
    }

    pub(crate) fn serial_number(&self) -> Option<String> {
        self.newest()?.serial_number.clone()
    }

    fn trust(&self, terms: &Terms<'_>) -> Trust {
        Trust {
            product: Some(terms.product.name().to_owned()),
            serial_number: self.serial_number(),
            known_time: self.records.known_time(),
            ..Trust::new(terms.keys.clone(), terms.now)
        }
    }

    /// Judges a signed license and keeps it when it is accepted.
    ///
    /// `importing`: by an operator, who alone may bring the first license; it sets the serial number.
    pub(crate) fn consider(
        &mut self,
        envelope: &[u8],
        file: &[u8],
        terms: &Terms<'_>,
    ) -> Result<Verdict, Error> {
        let license = match manifest::open(envelope, file, &self.trust(terms)) {
            Ok(license) => license,
            Err(why) => return Ok(Verdict::Refused(why)),
        };
        let digest = license.digest();
        let mark = license.serial_number.as_deref().and_then(|serial| self.records.mark(serial));
        match plan(self.in_force(), &license, mark, self.outbox.holds(digest)) {
            Plan::Keep => Ok(Verdict::Known),
            Plan::Refuse { why } => Ok(Verdict::Refused(why)),
            Plan::Deliver => {
                let Some(bound) = &license.file else {
                    return Ok(Verdict::Refused(Refusal::Malformed {
                        part: "manifest",
                        detail: "it binds no file".to_owned(),
                    }));
                };
                let file = LicenseFile {
                    name: bound.name.clone(),
                    bytes: file.to_vec(),
                    envelope: Some(envelope.to_vec()),
                };
                let changes = self.in_force().map(|accepted| diff(&accepted.license, &license));
                let offer = Offer::signed(&license, file)?;
                license_lifecycle::accept(&mut self.outbox, &mut self.records, &offer, terms.now)?;
                Ok(Verdict::Accepted { license: digest, changes })
            }
        }
    }

    /// Lowers the mark of a mistyped sequence, once: the back office sends the reset along with each later license too.
    pub(crate) fn reset(&mut self, envelope: &[u8], terms: &Terms<'_>) -> Result<(), Error> {
        let refused = |why: Refusal| {
            tracing::warn!(target: "remote_service", code = why.code(), "a sequence reset is refused");
            Ok(())
        };
        match manifest::open_reset(envelope, &self.trust(terms)) {
            Ok(reset) => {
                match license_lifecycle::reset(&mut self.outbox, &mut self.records, &reset, envelope) {
                    Err(license_lifecycle::Error::Refused {
                        source: why @ Refusal::ResetDoesNotApply { .. },
                    }) => {
                        tracing::debug!(target: "remote_service", %why, "a sequence reset changes nothing");
                        Ok(())
                    }
                    Err(license_lifecycle::Error::Refused { source }) => refused(source),
                    outcome => Ok(outcome?),
                }
            }
            Err(why) => refused(why),
        }
    }

    /// Keeps a license that nobody can check, brought by an operator.
    pub(crate) fn import_unsigned(
        &mut self,
        license: License,
        name: FileName,
        bytes: Vec<u8>,
        confirmed: bool,
        now: DateTime<Utc>,
    ) -> Result<Verdict, Error> {
        let file = LicenseFile { name, bytes, envelope: None };
        let offer = Offer::unsigned(license, file);
        match plan_unsigned(self.in_force(), offer.digest(), confirmed) {
            Plan::Keep => Ok(Verdict::Known),
            Plan::Refuse { why } => Ok(Verdict::Refused(why)),
            Plan::Deliver => {
                let changes = self.in_force().map(|accepted| diff(&accepted.license, offer.license()));
                license_lifecycle::accept(&mut self.outbox, &mut self.records, &offer, now)?;
                Ok(Verdict::Accepted { license: offer.digest(), changes })
            }
        }
    }
}

/// What an offered license is held against.
pub(crate) struct Terms<'a> {
    pub(crate) keys: &'a KeyRing,
    pub(crate) product: &'a Product,
    pub(crate) now: DateTime<Utc>,
}
