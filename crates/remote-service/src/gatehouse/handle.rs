use std::sync::Arc;

use remote_assistance::{Input, LocalUser, RequestId, Scopes};

use crate::Error;
use crate::shared::{Shared, blocking};

/// Remote assistance, for pages: who is there, and what people decide. From [`Running::assistance`](crate::Running::assistance).
#[derive(Clone, Copy, Debug)]
pub struct Assistance<'a> {
    pub(crate) shared: &'a Arc<Shared>,
}

/// The audit, as it is handed to whoever asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditExport {
    /// All records, the oldest first, one a line: `audit.jsonl`.
    pub records: Vec<u8>,
    /// Their signed head: `audit.head`. Empty before the first record.
    pub head: Vec<u8>,
}

impl Assistance<'_> {
    /// A signed-in user's page was refreshed. Without one in the last 30 s nobody can be asked, and requests are denied.
    /// A user without the role cannot allow anything and so does not count.
    pub async fn user_seen(&self, user: &LocalUser) {
        if user.may_allow() {
            // A service that stops has nobody to ask.
            let _ = self.shared.gatehouse.take(Input::UserSeen).await;
        }
    }

    /// The customer's yes to the request on the screen, and to no more than is named here: scopes ticked one by one, for
    /// `minutes` at most, which are cut to what was asked and to what the settings allow.
    ///
    /// # Errors
    /// [`Error::Declined`] with the reason; nobody comes in then. [`Error::Stopped`].
    pub async fn grant(
        &self,
        request: &str,
        user: &LocalUser,
        scopes: Scopes,
        minutes: u32,
    ) -> Result<(), Error> {
        let (request, user) = (id(request)?, user.clone());
        self.shared.gatehouse.take(Input::Grant { request, user, scopes, minutes }).await
    }

    /// The customer's no to the request on the screen.
    ///
    /// # Errors
    /// [`Error::Declined`] when it is on the screen no more, [`Error::Stopped`].
    pub async fn deny(&self, request: &str, user: &LocalUser) -> Result<(), Error> {
        let (request, user) = (id(request)?, user.clone());
        self.shared.gatehouse.take(Input::Deny { request, user, mute: false }).await
    }

    /// The customer's no to the request on the screen, and to every other of that requester for 24 h.
    ///
    /// # Errors
    /// As [`deny`](Self::deny).
    pub async fn mute(&self, request: &str, user: &LocalUser) -> Result<(), Error> {
        let (request, user) = (id(request)?, user.clone());
        self.shared.gatehouse.take(Input::Deny { request, user, mute: true }).await
    }

    /// Takes a mute back, by the requester's id.
    ///
    /// # Errors
    /// [`Error::Declined`] for a user without the role, [`Error::Stopped`].
    pub async fn unmute(&self, requester_id: &str, user: &LocalUser) -> Result<(), Error> {
        let (requester_id, user) = (requester_id.to_owned(), user.clone());
        self.shared.gatehouse.take(Input::Unmute { requester_id, user }).await
    }

    /// \[End\], or the banner was closed: ends the session here and now, without the network. Returns when the end is on
    /// record and ordered; the banner goes when nothing of the session runs any more.
    ///
    /// # Errors
    /// [`Error::Declined`] when there is no session, [`Error::Stopped`].
    pub async fn end(&self, user: &LocalUser) -> Result<(), Error> {
        self.shared.gatehouse.take(Input::End { by: user.name().to_owned() }).await
    }

    /// The end notice was read.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub async fn notice_seen(&self) -> Result<(), Error> {
        self.shared.gatehouse.take(Input::NoticeSeen).await
    }

    /// All that is on record, to be kept or verified elsewhere.
    ///
    /// # Errors
    /// [`Error::Assistance`] when it cannot be read.
    pub async fn audit(&self) -> Result<AuditExport, Error> {
        blocking(self.shared, |shared| {
            let mut records = Vec::new();
            let head = remote_assistance::audit::export(shared.dir.root(), &mut records)
                .map_err(|source| Error::Assistance { source })?;
            Ok(AuditExport { records, head })
        })
        .await?
    }
}

fn id(request: &str) -> Result<RequestId, Error> {
    request.parse().map_err(|_| Error::Declined { why: remote_assistance::Decline::NotAsked })
}
