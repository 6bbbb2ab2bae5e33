//! Where a license is delivered: a folder or a share.
use std::path::Path;

use indicatif::ProgressBar;
use remote_service::license::server::{Folder, LicenseServer};

use crate::answer::Failure;

/// The server behind `--to`; nothing is reached yet. A share needs a password: from the file, or asked for.
pub(super) fn open(
    to: &Path,
    password_file: Option<&Path>,
    with_envelope: bool,
    bar: &ProgressBar,
) -> Result<Box<dyn LicenseServer>, Failure> {
    match to.to_str().filter(|to| to.starts_with("smb://")) {
        Some(address) => share(address, password_file, with_envelope, bar.clone()),
        None if password_file.is_some() => {
            Err(Failure::Usage("--password-file goes with an smb:// address only".to_owned()))
        }
        None => Ok(Box::new(Folder::new(to).with_envelope(with_envelope))),
    }
}

#[cfg(feature = "smb")]
fn share(
    address: &str,
    password_file: Option<&Path>,
    with_envelope: bool,
    bar: ProgressBar,
) -> Result<Box<dyn LicenseServer>, Failure> {
    use remote_service::license::server::{SmbAddress, SmbShare};

    use crate::input;

    let address: SmbAddress =
        address.parse().map_err(|error| Failure::Usage(format!("--to {address}: {error}")))?;
    let password = match password_file {
        Some(file) => input::secret(file)?,
        None => input::asked(&format!("Password of {} at {}: ", address.user, address.host))?,
    };
    let share = SmbShare::new(address, password).with_envelope(with_envelope);
    Ok(Box::new(share.on_progress(move |progress| bar.set_position(progress.copied))))
}

#[cfg(not(feature = "smb"))]
fn share(_: &str, _: Option<&Path>, _: bool, _: ProgressBar) -> Result<Box<dyn LicenseServer>, Failure> {
    let advice = "this build does not deliver to smb:// addresses: mount the share and give its folder";
    Err(Failure::Usage(advice.to_owned()))
}
