//! What every answer draws on.
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::identity::Identity;
use crate::lines::Lines;
use crate::operation::Answers;
use crate::polls::PollNonces;
use crate::probes::Probes;
use crate::site::Passwords;
use crate::store::Store;
use crate::{Administration, Limits};

/// The back office at work, shared by all connections.
#[derive(Debug)]
pub(crate) struct Office {
    pub(crate) store: Store,
    pub(crate) lines: Lines,
    pub(crate) identity: Identity,
    pub(crate) administration: Administration,
    pub(crate) limits: Limits,
    /// One permit for each request that is being worked on; a held poll gives its own back.
    pub(crate) admission: Arc<Semaphore>,
    pub(crate) passwords: Passwords,
    pub(crate) answers: Answers,
    pub(crate) probes: Probes,
    pub(crate) poll_nonces: PollNonces,
}
