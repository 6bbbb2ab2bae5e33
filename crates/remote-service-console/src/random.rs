use crate::page::Failure;

/// 256 random bits as 64 hex digits: session cookies and CSRF tokens.
pub(crate) fn secret() -> Result<String, Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "no random numbers");
        Failure::Broken
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
