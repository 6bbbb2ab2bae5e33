//! The words that start a statement.

/// The word that starts a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are FlexNet's own")]
pub enum Keyword {
    Server,
    Vendor,
    Daemon,
    UseServer,
    Feature,
    Increment,
    Upgrade,
    Package,
    FeatureSet,
}

impl Keyword {
    const ALL: [Self; 9] = [
        Self::Server,
        Self::Vendor,
        Self::Daemon,
        Self::UseServer,
        Self::Feature,
        Self::Increment,
        Self::Upgrade,
        Self::Package,
        Self::FeatureSet,
    ];

    /// The keyword in upper case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Server => "SERVER",
            Self::Vendor => "VENDOR",
            Self::Daemon => "DAEMON",
            Self::UseServer => "USE_SERVER",
            Self::Feature => "FEATURE",
            Self::Increment => "INCREMENT",
            Self::Upgrade => "UPGRADE",
            Self::Package => "PACKAGE",
            Self::FeatureSet => "FEATURESET",
        }
    }

    /// Recognises a keyword in any case.
    pub(super) fn of(word: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|keyword| word.eq_ignore_ascii_case(keyword.as_str().as_bytes()))
    }
}
