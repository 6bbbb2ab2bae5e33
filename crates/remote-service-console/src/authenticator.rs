use axum::http::HeaderMap;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// How the console knows people. [`Nobody`] and [`UserFile`](crate::UserFile) come with it; a product that has users of its
/// own writes one.
///
/// Everything that it does not say for certain is a no: an expired session is nobody.
pub trait Authenticator: Send + Sync {
    /// Who sends this request, by the product's own session. Called for every request, so it must not block.
    /// Default: the product has no session of its own, and people log in here.
    fn signed_in(&self, headers: &HeaderMap) -> Option<User> {
        let _ = headers;
        None
    }

    /// Who has this name and password, typed into the console's login page. Called on a thread that may block; it takes as
    /// long for names that do not exist, so that nobody learns which do. The console slows down guessing.
    fn log_in(&self, name: &str, password: &SecretString) -> Option<User>;

    /// Where people log in, when that is a page of the product's. Default: the console's own page.
    fn login_page(&self) -> Option<String> {
        None
    }
}

/// A person whom the [`Authenticator`] knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The account name, as it is shown and as it stands in the audit.
    pub name: String,
    /// What the person may do.
    pub role: Role,
}

/// What a person may do. Everybody who is signed in sees status, notices and the About box, and may end a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// Settings, licenses, and all of [`Assistance`](Self::Assistance).
    Admin,
    /// Allows or denies requests for remote assistance, and sees their history.
    Assistance,
    /// Sees what everybody sees.
    User,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Admin, Self::Assistance, Self::User];

    /// The name in files and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Assistance => "assistance",
            Self::User => "user",
        }
    }

    /// Whether the role changes settings and licenses.
    #[must_use]
    pub const fn administers(self) -> bool {
        matches!(self, Self::Admin)
    }

    /// Whether the role lets somebody in.
    #[must_use]
    pub const fn allows_assistance(self) -> bool {
        matches!(self, Self::Admin | Self::Assistance)
    }
}

/// Lets nobody in: what a console has until the product says otherwise.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Authenticator for Nobody {
    fn log_in(&self, _: &str, _: &SecretString) -> Option<User> {
        None
    }
}
