//! What an operator does beside the network; the staff interface and the web site do it through the same acts.
pub(crate) mod accounts;
mod drain;
mod licenses;
mod organizations;
mod standing;
mod tokens;

use signed_envelope::KeyRing;

pub use self::licenses::Publication;
pub use self::organizations::OrganizationCredentials;
pub(crate) use self::tokens::Desk;
use crate::bell::Bell;
use crate::store::Store;
use crate::{Error, clock};

/// What a help-desk account or a bearer token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees installations, asks for assistance, decides quarantines.
    HelpDesk,
    /// Publishes licenses.
    LicenseDesk,
    /// Both, and revokes installations.
    Admin,
}

impl Role {
    /// The name as it is stored, shown and typed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HelpDesk => "help_desk",
            Self::LicenseDesk => "license_desk",
            Self::Admin => "admin",
        }
    }

    /// Whether licenses may be published.
    pub(crate) const fn publishes(self) -> bool {
        matches!(self, Self::LicenseDesk | Self::Admin)
    }
}

impl std::str::FromStr for Role {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        [Self::HelpDesk, Self::LicenseDesk, Self::Admin]
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| Error::config(format!("there is no role {text:?}")))
    }
}

/// The vendor, as far as licenses are concerned.
#[derive(Clone, Debug)]
struct Vendor {
    keys: KeyRing,
    product: String,
}

/// The acts of an operator, over the database of a running or a stopped back office.
#[derive(Clone, Debug)]
pub struct Administration {
    store: Store,
    bell: Bell,
    vendor: Option<Vendor>,
}

impl Administration {
    /// Works beside a running back office, or without one, on the database at `url`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn open(url: &str) -> Result<Self, Error> {
        Ok(Self { store: Store::open(url).await?, bell: Bell::Elsewhere, vendor: None })
    }

    /// Lets this administration publish: licenses are held against `keys` and `product`.
    #[must_use]
    pub fn with_vendor(self, keys: KeyRing, product: impl Into<String>) -> Self {
        Self { vendor: Some(Vendor { keys, product: product.into() }), ..self }
    }

    pub(crate) fn here(store: Store, bell: Bell, keys: KeyRing, product: &str) -> Self {
        Self { store, bell, vendor: None }.with_vendor(keys, product)
    }

    /// How installations learn of what is written here.
    pub(crate) fn bell(&self) -> &Bell {
        &self.bell
    }

    fn vendor(&self) -> Result<&Vendor, Error> {
        self.vendor.as_ref().ok_or_else(|| Error::config("the vendor's keys are not given"))
    }
}
