//! Licenses that come by mail or on a stick: the first one, and any when there is no back office.

use std::sync::Arc;

use license_lifecycle::{Changes, Digest, FileName, License};

use crate::Error;
use crate::custody::Verdict;
use crate::event::EventKind;
use crate::shared::{Shared, blocking};
use crate::time::now;

/// A license that an operator brings.
#[derive(Clone, Debug)]
pub enum Import {
    /// A manifest envelope with the license file it binds.
    Signed {
        /// The envelope's bytes.
        envelope: Vec<u8>,
        /// The license file, byte for byte.
        file: Vec<u8>,
    },
    /// A license file that nobody can check. Shown as unsigned everywhere.
    Unsigned {
        /// What the file says, read by its format.
        license: Box<License>,
        /// Its name in the license server's folder.
        name: FileName,
        /// Its bytes.
        file: Vec<u8>,
        /// The operator confirmed that it shall replace a signed license.
        confirmed: bool,
    },
}

/// What an import did.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Imported {
    /// It is in force, or on its way, already.
    Known,
    /// It is on its way to the license server; the snapshot says how it goes on.
    Accepted {
        /// The license digest.
        license: Digest,
        /// Against the license in force before; `None` for the first one.
        changes: Option<Changes>,
    },
}

pub(crate) async fn import(shared: &Arc<Shared>, import: Import) -> Result<Imported, Error> {
    blocking(shared, move |shared| {
        let mut custody = shared.custody();
        let verdict = match import {
            Import::Signed { envelope, file } => custody.consider(&envelope, &file, &shared.terms())?,
            Import::Unsigned { license, name, file, confirmed } => {
                custody.import_unsigned(*license, name, file, confirmed, now())?
            }
        };
        shared.show_license(&custody);
        drop(custody);
        match verdict {
            Verdict::Known => Ok(Imported::Known),
            Verdict::Refused(why) => Err(Error::Refused { why }),
            Verdict::Accepted { license, changes } => {
                shared.emit(EventKind::LicenseVerified { license });
                if let Some(changes) = changes.clone() {
                    shared.emit(EventKind::LicenseAnnounced { license, changes });
                }
                shared.nudges.delivery.notify_one();
                Ok(Imported::Accepted { license, changes })
            }
        }
    })
    .await?
}
