//! What every journey begins with.

use std::time::Duration;

use remote_service::{EventKind, Running};
use world::{Terms, World};

/// More than any step takes on a loaded machine.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// Waits for an event that `wanted` makes something of.
pub async fn until<T>(events: &mut remote_service::Events, wanted: impl Fn(EventKind) -> Option<T>) -> T {
    let found = async {
        loop {
            let event = events.next().await.expect("the service runs");
            if let Some(found) = wanted(event.kind) {
                return found;
            }
        }
    };
    tokio::time::timeout(DEADLINE, found).await.expect("the event comes in time")
}

/// Waits until the snapshot pleases; looks again after each event.
pub async fn until_shown(service: &Running, pleases: impl Fn(&remote_service::Snapshot) -> bool) {
    let mut events = service.events();
    let shown = async {
        while !pleases(&service.snapshot()) {
            events.next().await.expect("the service runs");
        }
    };
    let in_time = tokio::time::timeout(DEADLINE, shown).await;
    assert!(in_time.is_ok(), "the snapshot does not please in time: {:?}", service.snapshot().light);
}

/// An installation with its first license in use, connected.
pub async fn connected(world: &World) -> (Running, Terms) {
    connect(world, world.install("state").await).await
}

/// Gives an installation its first license, and connects it.
pub async fn connect(world: &World, service: Running) -> (Running, Terms) {
    let terms = Terms::first(world::now());
    world.first_license(&service, &terms).await;
    service.update_settings(|settings| settings.enabled = true).await.expect("settings that do");
    until_shown(&service, |snapshot| snapshot.light.is_green() && snapshot.license.seen.is_some()).await;
    (service, terms)
}

/// Waits until the back office's books please.
pub async fn until_booked<T, F: Future<Output = Option<T>>>(what: &str, look: impl Fn() -> F) -> T {
    let found = async {
        loop {
            match look().await {
                Some(found) => return found,
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    };
    tokio::time::timeout(DEADLINE, found).await.unwrap_or_else(|_| panic!("in vain: {what}"))
}
