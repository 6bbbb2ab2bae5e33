use chrono::{DateTime, Utc};
use signed_envelope::Digest;

use super::{Delivered, settle};
use crate::{
    Entry, Error, Outbox, Records,
    server::{LicenseFile, LicenseServer, Receipt, ServerError},
    trace,
};

/// A delivery under way. It has a copy of all that the license server gets, so that outbox and records are free while the
/// server takes its time: half a minute on a bad network.
///
/// Meanwhile a newer license may be accepted, which supersedes this one, or somebody may ask for another try; the
/// [end](Self::end) heeds both.
#[derive(Debug)]
pub struct Delivery {
    entry: Entry,
    file: LicenseFile,
    reset: Option<Vec<u8>>,
    server: String,
}

impl Delivery {
    /// Takes a license from the outbox for `server`, which is the place's name for people.
    ///
    /// # Errors
    /// As [`deliver`](crate::deliver), when our own files fail or a newer license was accepted.
    pub fn begin(
        outbox: &mut Outbox,
        records: &mut Records,
        id: Digest,
        server: String,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let entry = outbox.live(id)?.clone();
        if records.is_below_mark(&entry.license) {
            outbox.supersede(id)?;
            return Err(Error::Superseded(id));
        }
        outbox.begun(id);
        match records.raise_mark(&entry).and_then(|()| outbox.license_file(id)) {
            Ok(file) => {
                let reset = records.reset_to_be_passed_on(&entry.license).map(<[u8]>::to_vec);
                Ok(Self { entry, file, reset, server })
            }
            Err(error) => {
                outbox.failed(id, server, &error, now)?;
                Err(error)
            }
        }
    }

    /// Puts it in place: a sequence reset that the server still has to see, and then the license.
    ///
    /// # Errors
    /// As [`LicenseServer::deliver`].
    pub fn hand_over(&self, server: &mut dyn LicenseServer) -> Result<Receipt, ServerError> {
        if let Some(reset) = &self.reset {
            server.reset(&self.file.name, reset)?;
            trace::point("reset_in_place", self.file.name.as_str());
        }
        server.deliver(&self.file)
    }

    /// Records what the server answered. What is in place there is in force, also when a newer license waits by now; a
    /// failure counts for that newer one, which is to go to the same server.
    ///
    /// # Errors
    /// As [`deliver`](crate::deliver).
    pub fn end(
        self,
        outbox: &mut Outbox,
        records: &mut Records,
        answer: Result<Receipt, ServerError>,
        now: DateTime<Utc>,
    ) -> Result<Delivered, Error> {
        let settled = answer
            .map_err(Error::from)
            .and_then(|receipt| settle(outbox, records, &self.entry, &self.file, Some(receipt), now));
        if let Err(error) = &settled {
            outbox.failed(self.entry.digest, self.server, error, now)?;
        }
        settled
    }
}
