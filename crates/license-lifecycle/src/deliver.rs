//! The way of a license from the offer to the license server, in an order that survives a kill at any point.
use chrono::{DateTime, Utc};
use signed_envelope::Digest;

use crate::{
    Accepted, Error, Mark, Offer, Outbox, Records, Verified,
    manifest::Reset,
    server::{InUse, LicenseServer, Receipt, ServerStatus},
    trace,
};

/// A license that was delivered and recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivered {
    /// What is in force from now on.
    pub accepted: Accepted,
    /// What the server answered; `None` when it was seen with the license without a delivery of ours.
    pub receipt: Option<Receipt>,
}

/// Accepts an offered license: keeps it in the outbox, and then raises the mark, so that nothing older is accepted again.
///
/// Accepting the same license again changes nothing. Returns the older licenses that it superseded.
///
/// # Errors
/// [`Error::Superseded`] when a higher sequence was accepted before: [`plan`](crate::plan) refuses such an offer.
/// [`Error::Io`] when something cannot be kept; the license is then accepted in whole or not at all, after
/// [`resume`].
pub fn accept(
    outbox: &mut Outbox,
    records: &mut Records,
    offer: &Offer,
    now: DateTime<Utc>,
) -> Result<Vec<Digest>, Error> {
    if records.is_below_mark(offer.license()) {
        return Err(Error::Superseded(offer.digest()));
    }
    let superseded = outbox.add(offer, now)?;
    records.raise_mark(outbox.live(offer.digest())?)?;
    Ok(superseded)
}

/// Finishes what a kill interrupted; to be called once after opening outbox and records.
///
/// Licenses in the outbox raise the mark to their own sequence; what is recorded as delivered leaves the outbox.
///
/// # Errors
/// [`Error::Io`].
pub fn resume(outbox: &mut Outbox, records: &mut Records) -> Result<(), Error> {
    if let Some(in_force) = records.in_force() {
        outbox.leave(in_force.digest)?;
    }
    for entry in outbox.entries().iter().filter(|entry| entry.is_live()) {
        records.raise_mark(entry)?;
    }
    Ok(())
}

/// Lowers the mark of a serial number, once, after a mistyped sequence. Licenses in the outbox that lie above it are
/// superseded first: they would raise it again.
///
/// The `envelope` that `reset` was opened from goes to the license server ahead of the next license.
///
/// # Errors
/// [`Error::Refused`] when the reset is not for the mark as it stands; [`Error::Io`].
pub fn reset(
    outbox: &mut Outbox,
    records: &mut Records,
    reset: &Verified<Reset>,
    envelope: &[u8],
) -> Result<(), Error> {
    reset.lower(records.mark(&reset.serial_number))?;
    let above = |mark: Mark| mark.serial_number == reset.serial_number && mark.sequence > reset.to_sequence;
    let mistyped: Vec<Digest> = outbox
        .entries()
        .iter()
        .filter(|entry| entry.is_live() && entry.mark().is_some_and(above))
        .map(|entry| entry.digest)
        .collect();
    mistyped.into_iter().try_for_each(|id| outbox.supersede(id))?;
    records.reset_mark(reset, envelope)
}

/// Delivers a license of the outbox and records it as the one in force.
///
/// # Errors
/// [`Error::Deliver`] when the server kept the license it had: the entry stays, with cause and time, and
/// [`Outbox::due`] says when to try again. [`Error::Superseded`], [`Error::NotInOutbox`]; [`Error::Damaged`] and
/// [`Error::Io`] when our own files fail.
pub fn deliver(
    outbox: &mut Outbox,
    records: &mut Records,
    id: Digest,
    server: &mut dyn LicenseServer,
    now: DateTime<Utc>,
) -> Result<Delivered, Error> {
    let entry = outbox.live(id)?;
    if records.is_below_mark(&entry.license) {
        outbox.supersede(id)?;
        return Err(Error::Superseded(id));
    }
    let delivered = put(outbox, records, id, server, now);
    if let Err(error) = &delivered {
        outbox.failed(id, server.describe(), error, now)?;
    }
    delivered
}

fn put(
    outbox: &mut Outbox,
    records: &mut Records,
    id: Digest,
    server: &mut dyn LicenseServer,
    now: DateTime<Utc>,
) -> Result<Delivered, Error> {
    let entry = outbox.live(id)?;
    records.raise_mark(entry)?;
    let file = outbox.license_file(id)?;
    if let Some(reset) = records.reset_to_be_passed_on(&entry.license) {
        server.reset(&file.name, reset)?;
        trace::point("reset_in_place", file.name.as_str());
    }
    let receipt = server.deliver(&file)?;
    settle(outbox, records, id, Some(receipt), now)
}

/// Records a license of the outbox as delivered when the server says that it uses it: a person copied it, or the answer
/// to our own delivery was lost. `None`: the server does not say so. That an inbox is empty proves nothing here.
///
/// # Errors
/// [`Error::Status`] when the server does not answer; otherwise as [`deliver`].
pub fn recognise(
    outbox: &mut Outbox,
    records: &mut Records,
    id: Digest,
    status: &mut dyn ServerStatus,
    now: DateTime<Utc>,
) -> Result<Option<Delivered>, Error> {
    let previous = records.in_force().map(|accepted| &accepted.license);
    let license = outbox.live(id)?.as_delivered(previous);
    match status.in_use(&license)? {
        InUse::PickedUp | InUse::NotYet => Ok(None),
        InUse::Confirmed => {
            let delivered = settle(outbox, records, id, None, now)?;
            records.note_in_use(InUse::Confirmed, now)?;
            Ok(Some(delivered))
        }
    }
}

/// The last steps: copy into the records, state, leave the outbox.
fn settle(
    outbox: &mut Outbox,
    records: &mut Records,
    id: Digest,
    receipt: Option<Receipt>,
    now: DateTime<Utc>,
) -> Result<Delivered, Error> {
    let file = outbox.license_file(id)?;
    let accepted = records.record(outbox.live(id)?, &file, now)?;
    outbox.leave(id)?;
    trace::point("outbox_left", &id.to_string());
    Ok(Delivered { accepted, receipt })
}

#[cfg(test)]
mod tests;
