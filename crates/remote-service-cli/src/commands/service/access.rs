//! Who may look into the state directory. Below `C:\ProgramData` everybody may, where nobody says otherwise, and it holds the
//! installation's key.
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use windows_host::Account;

use crate::answer::Failure;

/// The security identifiers of the system and of administrators, the same in every language (Microsoft, "Well-known SIDs").
const ALWAYS: [&str; 2] = ["*S-1-5-18", "*S-1-5-32-544"];
/// Full access, to files and folders below too.
const FULL: &str = ":(OI)(CI)F";

/// Makes the directory where it is missing, and closes it to all but administrators, the system and the account.
pub(super) fn close(directory: &Path, account: Option<&Account>) -> Result<(), Failure> {
    let failed = |source| Failure::Write { path: directory.to_owned(), source };
    fs::create_dir_all(directory).map_err(failed)?;
    let mut icacls = icacls(directory);
    icacls.arg("/inheritance:r");
    for who in ALWAYS {
        icacls.args(["/grant:r", &format!("{who}{FULL}")]);
    }
    if let Some(account) = account {
        icacls.args(["/grant:r", &full(account)]);
    }
    run(icacls, directory)
}

/// Lets one more account in.
pub(super) fn admit(directory: &Path, account: &Account) -> Result<(), Failure> {
    let mut icacls = icacls(directory);
    icacls.args(["/grant:r", &full(account)]);
    run(icacls, directory)
}

fn full(account: &Account) -> String {
    // icacls knows no dot for this computer
    let name = if account.domain.is_empty() { account.user.clone() } else { account.name() };
    format!("{name}{FULL}")
}

/// Windows' own program, as the calls it makes cannot be made from safe code.
fn icacls(directory: &Path) -> Command {
    let mut command = Command::new("icacls.exe");
    command.arg(directory).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

fn run(mut icacls: Command, directory: &Path) -> Result<(), Failure> {
    let failed = |source| Failure::Write { path: directory.to_owned(), source };
    let status = icacls.status().map_err(failed)?;
    match status.success() {
        true => Ok(()),
        false => Err(failed(std::io::Error::other("icacls cannot change who may open it"))),
    }
}
