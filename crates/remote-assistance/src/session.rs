use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Error, RequestId, Scopes};

/// The customer's yes to one request. Only the gate makes one, when a [`LocalUser`](crate::LocalUser) grants.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Consent {
    pub(crate) request_id: RequestId,
    pub(crate) requester_id: String,
    pub(crate) requester_name: String,
    pub(crate) organization: String,
    pub(crate) ticket: String,
    pub(crate) scopes: Scopes,
    pub(crate) granted_by: String,
    pub(crate) granted_at: DateTime<Utc>,
    pub(crate) until: DateTime<Utc>,
}

impl Consent {
    /// The request that was granted, and no other.
    pub const fn request_id(&self) -> RequestId {
        self.request_id
    }

    /// Who may come in, in words.
    pub fn requester_name(&self) -> &str {
        &self.requester_name
    }

    /// The account of who may come in.
    pub fn requester_id(&self) -> &str {
        &self.requester_id
    }

    /// The requester's organization.
    pub fn organization(&self) -> &str {
        &self.organization
    }

    /// The ticket that it is about; may be empty.
    pub fn ticket(&self) -> &str {
        &self.ticket
    }

    /// What was granted; may be less than was asked.
    pub const fn scopes(&self) -> Scopes {
        self.scopes
    }

    /// The account name of the person who said yes.
    pub fn granted_by(&self) -> &str {
        &self.granted_by
    }

    /// When it was granted, by the computer's clock.
    pub const fn granted_at(&self) -> DateTime<Utc> {
        self.granted_at
    }

    /// When it ends, by the computer's clock at the moment of the grant: for people and for the provider. The gate
    /// itself ends the session by [`Now::since_boot`](crate::Now::since_boot).
    pub const fn until(&self) -> DateTime<Utc> {
        self.until
    }
}

/// The name of a session at the provider: letters and digits, in groups parted by dashes (`s12-345-678`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SessionCode(String);

impl SessionCode {
    /// Checks the form: 6 to 32 ASCII letters, digits and dashes, of which at least 6 are no dashes and none stands
    /// at an end. Such a code is harmless in a file name and on a command line.
    ///
    /// # Errors
    /// [`Error::BadSessionCode`].
    pub fn new(code: &str) -> Result<Self, Error> {
        let harmless = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let content = code.bytes().filter(|&byte| byte != b'-').count();
        if !harmless || content < 6 || code.len() > 32 || code.starts_with('-') || code.ends_with('-') {
            return Err(Error::BadSessionCode);
        }
        Ok(Self(code.to_owned()))
    }

    /// The code as the provider writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code as it stands in the file name of a client program: without dashes.
    pub fn compact(&self) -> String {
        self.0.replace('-', "")
    }
}

impl fmt::Display for SessionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for SessionCode {
    type Error = Error;

    fn try_from(code: String) -> Result<Self, Error> {
        Self::new(&code)
    }
}

impl From<SessionCode> for String {
    fn from(code: SessionCode) -> Self {
        code.0
    }
}

/// How both sides get into a session at the provider.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SessionLink {
    /// The session's name.
    pub code: SessionCode,
    /// Where the customer joins. Whoever has it can join: it is shown to the customer only.
    pub end_customer_link: String,
    /// Where the helper joins. It goes to the back office with the decision, and nowhere else.
    pub supporter_link: String,
}

impl fmt::Debug for SessionLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionLink({}, links hidden)", self.code)
    }
}

/// A process of the local client, told from a later one with the same number by its start time.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClientProcess {
    /// The process id.
    pub pid: u32,
    /// When it started, in the system's own unit (Linux: clock ticks since boot, field 22 of
    /// `/proc/PID/stat`; Windows: whole seconds since 1970).
    pub started: u64,
}

/// A session that was granted: what the local client needs to start it, and to find and end it after a crash.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Session {
    pub(crate) consent: Consent,
    pub(crate) link: Option<SessionLink>,
    pub(crate) process: Option<ClientProcess>,
}

impl Session {
    /// What the customer agreed to.
    pub const fn consent(&self) -> &Consent {
        &self.consent
    }

    /// The provider's session; `None` until the broker has opened one.
    pub const fn link(&self) -> Option<&SessionLink> {
        self.link.as_ref()
    }

    /// The local client's process, where it has one and it is known.
    pub const fn process(&self) -> Option<ClientProcess> {
        self.process
    }
}
