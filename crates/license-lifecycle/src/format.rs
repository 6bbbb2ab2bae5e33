use crate::{License, Refusal, Trust, Verified};

/// How to read one kind of license. Vendors add formats of their own; see `examples/add_a_format.rs`.
///
/// Verification comes before decoding: [`open`](Self::open) gets the keys, and a signed license can only be made with
/// [`Trust::open_envelope`] or [`Trust::open_signed`]. Whatever else a format needs (the license file that a manifest
/// binds, a secret to decrypt with) is a field of the type that implements it.
pub trait Format {
    /// Whether these bytes look like this format. Cheap, and never wrong about the format's own files; a wrong yes
    /// only costs a better error message.
    fn sniff(&self, bytes: &[u8]) -> bool;

    /// Reads a license. No bytes may make it panic, and it refuses what is larger than its limits.
    ///
    /// # Errors
    /// A [`Refusal`], whose code says what is wrong.
    fn open(&self, bytes: &[u8], trust: &Trust) -> Result<Opened, Refusal>;
}

/// A license, and how far it can be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// Signed by a trusted key: may be installed automatically.
    Signed(Verified<License>),
    /// Not signed in a way that can be checked here: imported by an operator only, and shown as such everywhere.
    Unsigned(License),
}

impl Opened {
    /// The license, whatever it is worth.
    pub fn license(&self) -> &License {
        match self {
            Self::Signed(license) => license,
            Self::Unsigned(license) => license,
        }
    }
}
