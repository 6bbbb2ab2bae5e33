//! Licenses that come by mail or on a stick: the first one, and any when there is no back office.

use std::sync::Arc;

use license_lifecycle::{Changes, Digest, FileName, License, Refusal, flexnet};

use crate::Error;
use crate::custody::Verdict;
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
    /// A FlexNet license file, which nobody can check. Shown as unsigned everywhere.
    Unsigned {
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
        let verdict = shared.change_license(|custody| match import {
            Import::Signed { envelope, file } => custody.consider(&envelope, &file, &shared.terms()),
            Import::Unsigned { name, file, confirmed } => match read(shared, &file) {
                Ok(license) => custody.import_unsigned(license, name, file, confirmed, now()),
                Err(why) => Ok(Verdict::Refused(why)),
            },
        });
        match verdict? {
            Verdict::Known => Ok(Imported::Known),
            Verdict::Refused(why) => Err(Error::Refused { why }),
            Verdict::Accepted { license, changes } => {
                shared.accepted(license, changes.clone());
                Ok(Imported::Accepted { license, changes })
            }
        }
    })
    .await?
}

/// Reads a FlexNet file by what product and settings say of the vendor's files.
fn read(shared: &Shared, file: &[u8]) -> Result<License, Refusal> {
    let settings = shared.settings();
    let rules = flexnet::Rules {
        base_feature: shared.product.base().map(str::to_owned),
        // Validated when the settings were.
        maintenance: settings.maintenance_source().unwrap_or_default(),
        serial_number: settings.serial_source().unwrap_or_default(),
        ..flexnet::Rules::default()
    };
    let read = flexnet::read(file)?;
    if !read.has_licenses() {
        let detail = "it has no license line".to_owned();
        return Err(Refusal::Malformed { part: "license file", detail });
    }
    Ok(read.license(&rules, shared.snapshot().today(now())))
}
