use license_lifecycle::Policy;
use semver::Version;

use crate::Error;

/// What the embedding product says of itself.
#[derive(Clone, Debug)]
pub struct Product {
    name: String,
    version: Version,
    checked_since: Option<Version>,
    base_feature: Option<String>,
}

impl Product {
    /// A product by the name that its licenses carry, and its own version (SemVer).
    ///
    /// # Errors
    /// [`Error::Product`] when the name is empty or the version is not SemVer.
    pub fn new(name: &str, version: &str) -> Result<Self, Error> {
        if name.trim().is_empty() {
            return Err(Error::Product { field: "name", source: None });
        }
        Ok(Self {
            name: name.to_owned(),
            version: parse("version", version)?,
            checked_since: None,
            base_feature: None,
        })
    }

    /// The first version whose installer checks the maintenance contract. Default: every version does.
    ///
    /// # Errors
    /// [`Error::Product`] when the version is not SemVer.
    pub fn checked_since(mut self, version: &str) -> Result<Self, Error> {
        self.checked_since = Some(parse("checked_since", version)?);
        Ok(self)
    }

    /// The feature whose expiry is the license's own, for license files that say no more. Default: none.
    #[must_use]
    pub fn base_feature(mut self, name: &str) -> Self {
        self.base_feature = Some(name.to_owned());
        self
    }

    /// The name that licenses carry.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn base(&self) -> Option<&str> {
        self.base_feature.as_deref()
    }

    pub(crate) fn policy(&self) -> Policy {
        Policy { checked_since: self.checked_since.clone() }
    }

    /// The running version.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }
}

fn parse(field: &'static str, text: &str) -> Result<Version, Error> {
    Version::parse(text).map_err(|source| Error::Product { field, source: Some(Box::new(source)) })
}
