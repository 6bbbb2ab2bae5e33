//! Files that are read, never beyond a limit.
use std::{
    fs::File,
    io::{self, IsTerminal, Read},
    path::Path,
};

use remote_service::license::MAX_FILE;
use secrecy::SecretString;

use crate::answer::Failure;

/// More than any text that is asked for here: lmstat's output of a large server.
const MAX_TEXT: u64 = 16 * 1024 * 1024;

/// Reads a license or an envelope. Of a larger file one byte more than the limit is read, so that it is refused as
/// too large by the reader, which knows the reason's code.
pub(crate) fn license(path: &Path) -> Result<Vec<u8>, Failure> {
    read(path, MAX_FILE + 1)
}

/// Reads a text; bytes that are no UTF-8 are replaced.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    Ok(String::from_utf8_lossy(&read(path, MAX_TEXT)?).into_owned())
}

/// Reads a secret: a line end behind it is not part of it.
pub(crate) fn secret(path: &Path) -> Result<SecretString, Failure> {
    let text = String::from_utf8(read(path, 64 * 1024)?)
        .map_err(|_| Failure::Usage(format!("{} is no UTF-8 text", path.display())))?;
    Ok(text.trim_end_matches(['\r', '\n']).into())
}

/// Asks for a secret at the terminal, or reads the first line of standard input where that is none.
pub(crate) fn asked(prompt: &str) -> Result<SecretString, Failure> {
    let failed = |source| Failure::Read { path: "standard input".into(), source };
    if io::stdin().is_terminal() {
        return Ok(rpassword::prompt_password(prompt).map_err(failed)?.into());
    }
    let mut line = String::new();
    io::BufRead::read_line(&mut io::stdin().lock().take(64 * 1024), &mut line).map_err(failed)?;
    Ok(line.trim_end_matches(['\r', '\n']).into())
}

fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let failed = |source| Failure::Read { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).map_err(failed)?.take(limit).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}
