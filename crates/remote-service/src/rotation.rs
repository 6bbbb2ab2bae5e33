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

/// The key comes into force together with the audit's signatures, even when whoever waits for it is dropped meanwhile: a
/// visit is, with each change of settings.
async fn adopt(shared: &Arc<Shared>) -> Result<(), Error> {
    let signed = blocking(shared, |shared| {
        let mut identity = shared.identity();
        identity.adopt_next_key()?;
        let key = identity.key().clone();
        tracing::info!(target: "remote_service", key = %key.public().id(), "the installation has a new key");
        Ok::<_, Error>(shared.gatehouse.key_changed(key))
    });
    let signed = signed.await??.await.map_err(|_| Error::Stopped)?;
    signed.map_err(|source| Error::Assistance { source })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use remote_assistance::audit::Head;
    use remote_assistance::{Availability, InMemoryBroker, InMemoryClient};

    use super::*;
    use crate::{Product, RemoteService, Settings, StateDir};

    #[tokio::test]
    async fn whoever_waits_for_a_new_key_may_go_and_the_audit_is_signed_by_it_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::default();
        settings.assistance.allowed = true; // the first record
        let service = RemoteService::builder(StateDir::open(folder.path()).unwrap())
            .product(Product::new("PRISMAdirect", "1.4.0").unwrap())
            .trusted_keys(signed_envelope::SigningKey::generate().unwrap().public().into())
            .settings(settings)
            .remote_desktop(InMemoryClient::new(Availability::default()), InMemoryBroker::default())
            .build()
            .unwrap();
        let (shared, running) = (service.shared.clone(), service.start());
        let next = shared.identity().prepare_key().unwrap();
        tokio::select! {
            biased;
            _ = adopt(&shared) => {} // it takes a thread, and so more than one poll
            () = std::future::ready(()) => {}
        }
        let signed = async {
            loop {
                let head = running.assistance().audit().await.unwrap().head;
                if Head::open(&head, &[next.public()]).is_ok() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), signed).await.unwrap();
        running.stop().await;
    }
}
