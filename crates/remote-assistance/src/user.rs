use secrecy::SecretString;

/// How an embedding product knows who is signed in: its own session cookie, token or desktop login.
///
/// The one way to a [`LocalUser`], and so to a grant. A command line has no such thing: it talks to files, and the
/// running service listens to no command line.
pub trait Authenticator: Send + Sync {
    /// Who is signed in with this proof, or `None`. Must not guess: an expired proof is nobody.
    fn signed_in(&self, proof: &SecretString) -> Option<SignedIn>;
}

/// What an [`Authenticator`] knows about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The account name, as it is to stand in the audit.
    pub name: String,
    /// Whether the person has the role that may allow remote assistance.
    pub may_allow: bool,
}

/// A person who is signed in at the customer's side.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LocalUser {
    name: String,
    may_allow: bool,
}

impl LocalUser {
    /// Asks the product's authenticator who is signed in.
    pub fn authenticate(authenticator: &dyn Authenticator, proof: &SecretString) -> Option<Self> {
        let SignedIn { name, may_allow } = authenticator.signed_in(proof)?;
        Some(Self { name, may_allow })
    }

    /// The account name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the person has the role that may allow remote assistance.
    pub const fn may_allow(&self) -> bool {
        self.may_allow
    }
}
