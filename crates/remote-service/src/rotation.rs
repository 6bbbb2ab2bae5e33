//! The installation goes over to a new key: kept, then taken by the back office, then in force here, the audit included.
//!
//! ```text
//! next-installation-key.pem ─▶ PUT /v1/key ─▶ installation-key.pem ─▶ audit.head signed anew
//! ```
//! When the answer is lost, either key may be in force; the next visit finds out before it does anything else.

use std::sync::Arc;

use back_office::Client;

use crate::Error;
use crate::shared::{Shared, blocking};
use crate::time::now;

/// [`Running::change_key`](crate::Running::change_key).
pub(crate) async fn change_key(shared: &Arc<Shared>) -> Result<(), Error> {
    let _one_at_a_time = shared.changing_key.lock().await;
    let client = shared.office.borrow().clone();
    let next = blocking(shared, |shared| shared.identity().prepare_key()).await??;
    let client = client.ok_or(Error::KeyWaits { source: None })?;
    let taken = client.rotate_key(&next, now()).await;
    taken.map_err(|source| Error::KeyWaits { source: Some(Box::new(source)) })?;
    adopt(shared).await
}

/// What is left to do of a change of keys. `with(key)` makes a client; returned is the one whose key is in force.
pub(crate) async fn finish(
    shared: &Arc<Shared>,
    client: Client,
    with: impl FnOnce(signed_envelope::SigningKey) -> Result<Client, back_office::Error>,
) -> Result<Client, Unfinished> {
    let Some(next) = shared.identity().next_key().cloned() else { return Ok(client) };
    let refused = match client.rotate_key(&next, now()).await {
        Ok(()) => {
            adopt(shared).await.map_err(Unfinished::Here)?;
            return Ok(client);
        }
        Err(refused @ back_office::Error::Refused { .. }) => refused,
        Err(error) => return Err(Unfinished::There(error)),
    };
    // Perhaps the back office has it already. Whoever is known by it is told that it is in use.
    let other = with(next.clone()).map_err(Unfinished::There)?;
    match other.rotate_key(&next, now()).await {
        Err(back_office::Error::Refused { problem, .. }) if problem.code() == Some(IN_USE) => {
            adopt(shared).await.map_err(Unfinished::Here)?;
            Ok(other)
        }
        _ => {
            tracing::warn!(target: "remote_service", error = %refused, "the new key is not taken; the old one stays");
            Ok(client)
        }
    }
}

const IN_USE: &str = "key_in_use";

/// Why a change of keys is not finished now.
pub(crate) enum Unfinished {
    Here(Error),
    There(back_office::Error),
}

async fn adopt(shared: &Arc<Shared>) -> Result<(), Error> {
    let key = blocking(shared, |shared| {
        let mut identity = shared.identity();
        identity.adopt_next_key().map(|()| identity.key().clone())
    });
    let key = key.await??;
    tracing::info!(target: "remote_service", key = %key.public().id(), "the installation has a new key");
    shared.gatehouse.key_changed(key).await
}
