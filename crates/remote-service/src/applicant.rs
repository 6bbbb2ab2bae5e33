//! Who asks to be enrolled: what was typed, and what the installed license says.

use std::sync::Arc;

use back_office::Applicant;
use license_lifecycle::Digest;
use secrecy::SecretString;

use crate::Error;
use crate::settings::Settings;
use crate::shared::{Shared, blocking};

/// Serial number and digest of the license that is installed; `None` before the first one.
pub(crate) async fn installed(shared: &Arc<Shared>) -> Result<Option<(String, Digest)>, Error> {
    blocking(shared, |shared| {
        let custody = shared.custody();
        let serial_number = custody.in_force().and_then(|accepted| accepted.license.serial_number.clone());
        serial_number.zip(custody.records.delivered().map(|delivered| delivered.sha256))
    })
    .await
}

/// The installation of that license, with these settings and this code.
pub(crate) fn applicant(
    shared: &Shared,
    settings: &Settings,
    (serial_number, license_sha256): (String, Digest),
    verification_code: SecretString,
) -> Applicant {
    Applicant {
        service_organization_id: settings.back_office.service_organization_id.clone().unwrap_or_default(),
        verification_code,
        serial_number,
        license_sha256,
        product: shared.product.name().to_owned(),
        product_version: shared.product.version().to_string(),
    }
}
