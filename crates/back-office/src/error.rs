use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::Problem;
use crate::signature::SignatureError;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a call to the back office did not work. URLs in it carry no user info.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is none that the protocol can be spoken with.
    #[error("not an address of a back office: {what}")]
    BadAddress {
        /// What is wrong with it.
        what: &'static str,
    },
    /// The operating system has no random bytes.
    #[error("no random bytes")]
    Random {
        /// What the system said.
        source: Source,
    },
    /// A call that needs the back office's keys was made before there were any.
    #[error("not enrolled")]
    NotEnrolled,
    /// Nothing came back: name, network, proxy tunnel or TLS.
    #[error("no connection to the back office")]
    Connection {
        /// What the HTTP client said.
        source: Source,
    },
    /// Nothing, or not all, came back in time.
    #[error("no complete answer within {} s", limit.as_secs())]
    TimedOut {
        /// How long was waited.
        limit: Duration,
        /// The status, when the answer had begun.
        status: Option<u16>,
    },
    /// The connection broke within the answer.
    #[error("answer {status} broke off")]
    BrokeOff {
        /// Status of the answer; not to be believed.
        status: u16,
        /// What the HTTP client said.
        source: Source,
    },
    /// More than this call's answer may have.
    #[error("answer {status} is larger than {limit} bytes")]
    TooLarge {
        /// Status of the answer; not to be believed.
        status: u16,
        /// The most that is read, in bytes.
        limit: usize,
    },
    /// Somebody else answered, or changed the answer: a proxy or a wrong server, whatever the status says.
    #[error("answer {status} is not from the back office")]
    NotGenuine {
        /// Status of the answer; not to be believed.
        status: u16,
        /// `Content-Type` of the answer, when it is readable.
        content_type: Option<String>,
        /// What is wrong with its signature.
        source: SignatureError,
    },
    /// The back office's own refusal.
    #[error("back office refused with {status}: {}", problem.title)]
    Refused {
        /// Status of the answer.
        status: u16,
        /// What the back office says.
        problem: Box<Problem>,
        /// How long it asks to stay away, at most 15 min.
        retry_after: Option<Duration>,
        /// The signed time of the answer.
        signed_time: DateTime<Utc>,
    },
    /// Signed, or to be sent, and yet not what the protocol says.
    #[error("{what} is not readable")]
    Unreadable {
        /// What was read.
        what: &'static str,
        /// What the JSON reader said.
        source: Source,
    },
    /// An envelope is not what it should be, or not by whom it should be.
    #[error("envelope refused")]
    Envelope {
        /// Why.
        #[from]
        source: signed_envelope::Error,
    },
    /// Written by a later version of the protocol.
    #[error("version {found} of the back-office keys is not known")]
    UnsupportedVersion {
        /// The version that was found.
        found: u32,
    },
    /// Genuine keys, but those of another back office.
    #[error("the keys are for {found}, not for {expected}")]
    WrongAuthority {
        /// The authority that was called.
        expected: String,
        /// The authority that the keys are for.
        found: String,
    },
    /// Genuine keys, but older than those already seen.
    #[error("the keys have sequence {found}, {last} was seen before")]
    LowerSequence {
        /// The highest sequence seen.
        last: u64,
        /// The sequence of these.
        found: u64,
    },
    /// Genuine keys whose time is over.
    #[error("the keys expired at {expires_at}")]
    KeysExpired {
        /// The last moment at which they count.
        expires_at: DateTime<Utc>,
    },
    /// The proof of a new key is for another installation or another key.
    #[error("the proof is for another change of keys")]
    WrongProof,
}

/// Who answered, or failed to: the place to look at.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Hop {
    /// This installation: settings or system.
    Here,
    /// The way: name, network, the tunnel through a proxy, TLS.
    Connection,
    /// Something that speaks HTTP in the back office's place: a proxy (surely so with status 407) or a wrong server.
    Between,
    /// The back office itself.
    BackOffice,
}

impl Error {
    /// Who answered, or failed to.
    pub fn hop(&self) -> Hop {
        match self {
            Self::BadAddress { .. } | Self::Random { .. } | Self::NotEnrolled | Self::WrongProof => Hop::Here,
            Self::Connection { .. } | Self::TimedOut { status: None, .. } => Hop::Connection,
            Self::TimedOut { .. }
            | Self::BrokeOff { .. }
            | Self::TooLarge { .. }
            | Self::NotGenuine { .. }
            | Self::Envelope { .. }
            | Self::WrongAuthority { .. } => Hop::Between,
            Self::Refused { .. }
            | Self::Unreadable { .. }
            | Self::UnsupportedVersion { .. }
            | Self::LowerSequence { .. }
            | Self::KeysExpired { .. } => Hop::BackOffice,
        }
    }

    /// Status of the answer, when one had begun; to be believed only with [`Hop::BackOffice`].
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::TimedOut { status, .. } => *status,
            Self::BrokeOff { status, .. }
            | Self::TooLarge { status, .. }
            | Self::NotGenuine { status, .. }
            | Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Code of the back office's own refusal.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { problem, .. } => problem.code(),
            _ => None,
        }
    }

    pub(crate) fn unreadable(what: &'static str, source: serde_json::Error) -> Self {
        Self::Unreadable { what, source: Box::new(source) }
    }
}
