use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Damage, EndNotice};
use crate::{Consent, RequestDocument, SessionLink};

/// What pages show. From the signed request and the gate's own state only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Remote assistance is on, and nothing below keeps everybody out.
    pub allowed: bool,
    /// The back office revoked or quarantined this installation.
    pub revoked: bool,
    /// Records were found damaged: an administrator has to switch assistance off and on.
    pub damage: Option<Damage>,
    /// The question to ask.
    pub question: Option<Question>,
    /// The banner to show, as long as anything of a session may be running.
    pub banner: Option<Banner>,
    /// The end notice to show, until it is read.
    pub end_notice: Option<EndNotice>,
    /// Who is muted, and until when.
    pub mutes: BTreeMap<String, DateTime<Utc>>,
}

/// A request that waits for the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What was asked, as it was signed.
    pub request: RequestDocument,
    /// The longest time that can be granted, in minutes: what was asked, cut to what the policy allows.
    pub minutes: u32,
    /// When it came on the screen, by the computer's clock.
    pub asked_at: DateTime<Utc>,
    /// When it counts as denied, by the computer's clock.
    pub until: DateTime<Utc>,
}

/// A session, for the banner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// Who, what and until when.
    pub consent: Consent,
    /// How far it is.
    pub stage: Stage,
    /// Where the customer joins, once the provider has opened the session.
    pub link: Option<SessionLink>,
}

/// How far a session is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The provider is asked, or the local client is being started.
    Connecting,
    /// It runs.
    Running,
    /// The network broke; the same session may come back.
    Lost,
    /// It is over, but the local client is not gone yet.
    Ending,
}
