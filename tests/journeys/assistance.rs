//! Remote assistance through the whole system: the help desk asks on its web site, the customer decides.

mod answers;
mod attacks;
mod keys;
mod shut;

use std::time::Instant;

use remote_service::assistance::{Availability, InMemoryBroker, InMemoryClient, Scope, Scopes};
use remote_service::{PendingRequest, Running};
use world::{Asked, HelpDesk, World};

use crate::steps::{DEADLINE, connect, until_booked, until_shown};

/// A connected installation that allows assistance, somebody there who may allow it, and a help desk.
struct Scene {
    world: World,
    service: Running,
    client: InMemoryClient,
    broker: InMemoryBroker,
    desk: HelpDesk,
    installation: String,
}

impl Scene {
    async fn begin() -> Self {
        let world = World::start().await;
        let client = InMemoryClient::new(Availability { remote_desktop: true, vpn: false });
        let broker = InMemoryBroker::default();
        let builder = world.builder("state").remote_desktop(client.clone(), broker.clone());
        let service = world.begin(builder).await;
        let (service, _) = connect(&world, service).await;
        service.update_settings(|settings| settings.assistance.allowed = true).await.unwrap();
        until_shown(&service, |snapshot| snapshot.light.is_green() && snapshot.assistance.allowed).await;
        let desk = world.office.help_desk("robin").await;
        let installation = world.office.books.installation(world::SERIAL_NUMBER).await;
        let scene = Self { world, service, client, broker, desk, installation };
        scene.present().await;
        scene
    }

    /// Somebody looks at a page.
    async fn present(&self) {
        self.service.assistance().user_seen(&world::customer("kim", true)).await;
    }

    /// The help desk asks, and it is on the customer's screen.
    async fn ask(&mut self, scopes: &[&str]) -> PendingRequest {
        let begun = Instant::now();
        // The answer to the request before may still be on its way.
        while !self.desk.ask(&self.installation, scopes, 30).await.ends_with("told=asked") {
            assert!(begun.elapsed() < DEADLINE, "the help desk cannot ask");
        }
        until_shown(&self.service, |snapshot| snapshot.assistance.pending.is_some()).await;
        self.service.snapshot().assistance.pending.clone().unwrap()
    }

    /// The help desk asks, the customer says yes, and the session runs.
    async fn let_in(&mut self) -> String {
        let id = self.ask(&["view", "control"]).await.id;
        let user = world::customer("kim", true);
        self.service.assistance().grant(&id, &user, Scopes::from([Scope::View]), 15).await.unwrap();
        self.running(true).await;
        id
    }

    /// Waits until the local client runs, or runs no more.
    async fn running(&self, wanted: bool) {
        let what = if wanted { "a running client" } else { "a client that is gone" };
        until_booked(what, async || (self.client.running().is_empty() != wanted).then_some(())).await;
    }

    /// Waits until the back office's newest request pleases.
    async fn until_asked(&self, what: &str, pleases: impl Fn(&Asked) -> bool) -> Asked {
        until_booked(what, async || self.world.office.books.asked().await.pop().filter(&pleases)).await
    }

    /// The same installation after a restart, and somebody there.
    async fn start_again(&mut self) {
        self.start_alone().await;
        self.present().await;
    }

    /// The same installation after a restart, which forgets who was there.
    async fn start_alone(&mut self) {
        let builder = self.world.builder("state").remote_desktop(self.client.clone(), self.broker.clone());
        let mut settings = self.world.settings();
        settings.enabled = true;
        settings.assistance.allowed = true;
        self.service = self.world.begin(builder.settings(settings)).await;
        until_shown(&self.service, |snapshot| snapshot.light.is_green()).await;
    }

    async fn end(self) {
        self.service.stop().await;
        self.world.stop().await;
    }
}
