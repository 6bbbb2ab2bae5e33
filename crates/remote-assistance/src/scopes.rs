use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// One thing that a helper may do during a session.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// See the screen.
    View,
    /// Use mouse and keyboard.
    Control,
    /// Exchange files.
    FileTransfer,
    /// A network connection into the customer's network. It has its own tick: a grant names its scopes one by one.
    Vpn,
}

impl Scope {
    /// Every scope, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::View, Self::Control, Self::FileTransfer, Self::Vpn];

    /// The name on the wire, in the audit and in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Control => "control",
            Self::FileTransfer => "file_transfer",
            Self::Vpn => "vpn",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scope {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|scope| scope.name() == name).ok_or(Error::UnknownScope)
    }
}

/// A set of scopes; a list of names on the wire.
#[derive(Copy, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Scope>", into = "Vec<Scope>")]
pub struct Scopes(u8);

impl Scopes {
    /// Nothing at all.
    pub const NONE: Self = Self(0);

    /// Whether there is no scope in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether `scope` is in it.
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether nothing is in it that `other` lacks.
    pub const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Its scopes, in the order of [`Scope::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |&scope| self.contains(scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

impl<const N: usize> From<[Scope; N]> for Scopes {
    fn from(scopes: [Scope; N]) -> Self {
        scopes.into_iter().collect()
    }
}

impl From<Vec<Scope>> for Scopes {
    fn from(scopes: Vec<Scope>) -> Self {
        scopes.into_iter().collect()
    }
}

impl From<Scopes> for Vec<Scope> {
    fn from(scopes: Scopes) -> Self {
        scopes.iter().collect()
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Scope, Scopes};

    #[test]
    fn scopes_are_a_list_of_names_on_the_wire_each_once_and_in_order() {
        let scopes: Scopes = serde_json::from_str(r#"["vpn","view","vpn"]"#).unwrap();
        assert_eq!(serde_json::to_string(&scopes).unwrap(), r#"["view","vpn"]"#);
        assert!(serde_json::from_str::<Scopes>(r#"["root"]"#).is_err());
        for scope in Scope::ALL {
            assert_eq!(scope.name().parse::<Scope>().unwrap(), scope);
            assert_eq!(serde_json::to_string(&scope).unwrap(), format!("{:?}", scope.name()));
        }
    }

    #[test]
    fn fewer_scopes_lie_within_more_and_never_the_other_way_round() {
        let asked = Scopes::from([Scope::View, Scope::Control]);
        assert!(Scopes::from([Scope::View]).is_within(asked) && asked.is_within(asked));
        assert!(!Scopes::from([Scope::View, Scope::Vpn]).is_within(asked));
        assert!(Scopes::NONE.is_within(asked) && Scopes::NONE.is_empty() && !asked.is_empty());
    }
}
