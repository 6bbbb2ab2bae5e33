//! The way of a license from the offer to the license server, in an order that survives a kill at any point.
use chrono::{DateTime, Utc};
use signed_envelope::Digest;

mod delivery;

pub use delivery::Delivery;

use crate::{
    Accepted, Entry, Error, Mark, Offer, Outbox, Records, Verified,
    manifest::Reset,
    server::{InUse, LicenseFile, LicenseServer, Receipt, ServerStatus},
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

/// Delivers a license of the outbox and records it as the one in force. Whoever must not wait for the server meanwhile
/// takes a [`Delivery`] instead.
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
    let delivery = Delivery::begin(outbox, records, id, server.describe(), now)?;
    let answer = delivery.hand_over(server);
    delivery.end(outbox, records, answer, now)
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
    recognised(outbox, records, id, status.in_use(&license)?, now)
}

/// The last step of [`recognise`], for whoever asks the server on its own; `in_use` is what it said of this license.
///
/// # Errors
/// As [`deliver`].
pub fn recognised(
    outbox: &mut Outbox,
    records: &mut Records,
    id: Digest,
    in_use: InUse,
    now: DateTime<Utc>,
) -> Result<Option<Delivered>, Error> {
    if in_use != InUse::Confirmed {
        return Ok(None);
    }
    let file = outbox.license_file(id)?;
    let entry = outbox.live(id)?.clone();
    let delivered = settle(outbox, records, &entry, &file, None, now)?;
    records.note_in_use(in_use, now)?;
    Ok(Some(delivered))
}

/// The last steps: copy into the records, state, leave the outbox.
fn settle(
    outbox: &mut Outbox,
    records: &mut Records,
    entry: &Entry,
    file: &LicenseFile,
    receipt: Option<Receipt>,
    now: DateTime<Utc>,
) -> Result<Delivered, Error> {
    let accepted = records.record(entry, file, now)?;
    outbox.leave(entry.digest)?;
    trace::point("outbox_left", &entry.digest.to_string());
    Ok(Delivered { accepted, receipt })
}

#[cfg(test)]
mod tests;
