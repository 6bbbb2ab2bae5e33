//! Holds a [`LicenseServer`] to its promises; for license servers written elsewhere.
use std::collections::BTreeMap;

use super::{LicenseFile, LicenseServer};
use crate::{Digest, FileName};

/// What lies in the place, by file name, as the license server sees it; without temporary files (`~*.part`).
pub type Contents = BTreeMap<String, Vec<u8>>;

/// A promise that a license server does not keep.
#[derive(Debug, thiserror::Error)]
#[error("broken promise: {promise}")]
pub struct Broken {
    /// The promise.
    pub promise: &'static str,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Holds a working `server` with an empty place to all promises of [`LicenseServer`]; `contents` looks into the place.
///
/// # Errors
/// The first promise that is [`Broken`].
pub fn check(server: &mut dyn LicenseServer, mut contents: impl FnMut() -> Contents) -> Result<(), Broken> {
    hold("a place has a name for people, in one line", is_one_line(&server.describe()))?;

    works("a server that works passes its own check", server.check())?;
    hold("a check leaves nothing behind", contents().is_empty())?;

    let first = license("prismadirect.lic", b"SERVER first\r\n".to_vec())?;
    delivered(server, &first, &mut contents)?;
    delivered(server, &first, &mut contents)?;
    delivered(
        server,
        &license("prismadirect.lic", b"SERVER second, longer than the first\n".to_vec())?,
        &mut contents,
    )?;
    delivered(server, &license("prismadirect.lic", b"third".to_vec())?, &mut contents)?;
    delivered(server, &license("prismadirect.lic", every_byte(1024 * 1024))?, &mut contents)?;
    delivered(server, &license("Lizenz für Köln (2).lic", b"another name".to_vec())?, &mut contents)?;
    hold("a license leaves those of other names alone", contents().contains_key("prismadirect.lic"))?;

    let signed = LicenseFile { envelope: Some(b"{\"payload\":\"\"}\n".to_vec()), ..first };
    delivered(server, &signed, &mut contents)?;
    let before = contents();
    works("a check passes beside licenses too", server.check())?;
    hold("a check leaves licenses alone", contents() == before)
}

/// Holds a `server` that cannot deliver (the caller saw to that) to its promise for failures.
///
/// # Errors
/// The first promise that is [`Broken`].
pub fn check_failing(
    server: &mut dyn LicenseServer,
    mut contents: impl FnMut() -> Contents,
) -> Result<(), Broken> {
    let before = contents();
    let new = license("prismadirect.lic", b"new".to_vec())?;
    hold("a license that is not in place is not reported as delivered", server.deliver(&new).is_err())?;
    hold("a delivery that failed changes nothing", contents() == before)?;
    hold("a server that cannot deliver fails its own check", server.check().is_err())?;
    hold("a check that failed leaves nothing behind", contents() == before)
}

fn delivered(
    server: &mut dyn LicenseServer,
    license: &LicenseFile,
    contents: &mut impl FnMut() -> Contents,
) -> Result<(), Broken> {
    let before = contents();
    let receipt = works("a server that works delivers", server.deliver(license))?;
    hold("a receipt states what was delivered", receipt.sha256 == Digest::of(&license.bytes))?;
    let mut after = contents();
    hold(
        "a license arrives byte for byte",
        after.remove(license.name.as_str()).as_ref() == Some(&license.bytes),
    )?;
    let envelope = after.remove(&license.envelope_name());
    let may_be = [&None, &license.envelope, &before.get(&license.envelope_name()).cloned()];
    hold("an envelope arrives byte for byte, or not at all", may_be.contains(&&envelope))?;
    let untouched = |name: &String| *name != license.name.as_str() && *name != license.envelope_name();
    let others = before.into_iter().filter(|(name, _)| untouched(name));
    hold("nothing arrives but the license and its envelope", after.into_iter().eq(others))
}

fn license(name: &str, bytes: Vec<u8>) -> Result<LicenseFile, Broken> {
    let name = works("a license has a name that every place can hold", FileName::new(name))?;
    Ok(LicenseFile { name, bytes, envelope: None })
}

fn every_byte(length: usize) -> Vec<u8> {
    (0..=u8::MAX).cycle().take(length).collect()
}

fn is_one_line(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(char::is_control)
}

fn hold(promise: &'static str, held: bool) -> Result<(), Broken> {
    if held { Ok(()) } else { Err(Broken { promise, source: None }) }
}

fn works<T, E>(promise: &'static str, result: Result<T, E>) -> Result<T, Broken>
where
    E: std::error::Error + Send + Sync + 'static,
{
    result.map_err(|error| Broken { promise, source: Some(error.into()) })
}
