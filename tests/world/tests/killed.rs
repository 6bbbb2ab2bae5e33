//! `kill -9` of an installation at every named point of the delivery order and at random moments: what the license
//! server serves is the old or the new license whole, and a restart finishes the job.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that fails, panics")]

use std::process::Command;
use std::time::{Duration, Instant};

use license_lifecycle::Digest;
use world::{Installation, SignedLicense, Terms, World};

const DEADLINE: Duration = Duration::from_secs(30);

/// Every durable step of a delivery, in order; two files are put in place.
const POINTS: &[(&str, &str)] = &[
    ("outbox_kept", ""),
    ("mark_raised", ""),
    ("part_written", ".dsse"),
    ("part_verified", ".dsse"),
    ("part_written", ".lic"),
    ("part_verified", ".lic"),
    ("renamed", ""),
    ("record_copied", ""),
    ("state_replaced", ""),
    ("outbox_left", ""),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_named_point_leaves_a_whole_license_and_a_restart_finishes() {
    let mut scene = Scene::begin().await;
    for (point, ending) in POINTS {
        let renewal = scene.next_license();
        let mut killed = scene.run(&[point, ending]);
        killed.until("connected");
        let before = scene.served().await;
        scene.world.office.publish(&renewal).await;
        assert!(killed.dies_within(DEADLINE), "{point} {ending} was never passed");
        let after = scene.served().await;
        assert!(
            after == before || after == Digest::of(&renewal.file),
            "killed at {point} {ending}: neither the old nor the new license is served"
        );
        let mut again = scene.run(&[]);
        scene.until_served(&renewal).await;
        scene.until_reported("in_use").await;
        again.kill();
    }
    scene.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_at_random_moments_lose_nothing() {
    let mut scene = Scene::begin().await;
    let mut renewals = Vec::new();
    for _ in 0..50 {
        let renewal = scene.next_license();
        let mut running = scene.run(&[]);
        scene.world.office.publish(&renewal).await;
        renewals.push(Digest::of(&renewal.file));
        let moment = Duration::from_micros(u64::from(getrandom::u32().unwrap() % 300_000));
        assert!(!running.dies_within(moment), "it died by itself");
        running.kill();
        let served = scene.served().await;
        assert!(
            served == scene.first || renewals.contains(&served),
            "something is served that was never published"
        );
    }
    let last = scene.last.clone();
    let mut running = scene.run(&[]);
    scene.until_served(&last).await;
    scene.until_reported("in_use").await;
    running.kill();
    scene.world.stop().await;
}

/// A world with one installation that has its first license and is enrolled.
struct Scene {
    world: World,
    terms: Terms,
    first: Digest,
    last: SignedLicense,
}

impl Scene {
    async fn begin() -> Self {
        let world = World::start().await;
        let terms = Terms::first(world::now());
        let service = world.install("state").await;
        world.first_license(&service, &terms).await;
        service.update_settings(|settings| settings.enabled = true).await.unwrap();
        let mut events = service.events();
        let first = world.vendor.issue(&terms);
        let in_use = async {
            while service.snapshot().license.seen.is_none() || !service.snapshot().light.is_green() {
                events.next().await.unwrap();
            }
        };
        tokio::time::timeout(DEADLINE, in_use).await.expect("the first license in use, and green");
        service.stop().await;
        std::fs::write(world.folder.path().join("vendor.pem"), world.vendor.key.public().to_pem()).unwrap();
        Self { first: Digest::of(&first.file), last: first, world, terms }
    }

    fn next_license(&mut self) -> SignedLicense {
        self.terms = self.terms.renewal(world::now());
        self.last = self.world.vendor.issue(&self.terms);
        self.last.clone()
    }

    fn run(&self, die_at: &[&str]) -> Installation {
        let folder = self.world.folder.path();
        Installation::start(
            Command::new(env!("CARGO_BIN_EXE_installation"))
                .arg(folder.join("state"))
                .arg(folder.join("vendor.pem"))
                .args(die_at),
        )
    }

    /// SHA-256 of the one license file that the license server serves.
    async fn served(&self) -> Digest {
        let address = self.world.license_server_address();
        let answer = reqwest::get(format!("http://{address}/status")).await.unwrap().text().await.unwrap();
        let status: serde_json::Value = serde_json::from_str(&answer).unwrap();
        let licenses = status["licenses"].as_array().unwrap();
        assert_eq!(licenses.len(), 1, "{answer}");
        licenses[0]["sha256"].as_str().unwrap().parse().unwrap()
    }

    async fn until_served(&self, license: &SignedLicense) {
        let wanted = Digest::of(&license.file);
        let begun = Instant::now();
        while self.served().await != wanted {
            assert!(begun.elapsed() < DEADLINE, "the new license never came into use");
            tokio::task::yield_now().await;
        }
    }

    /// Waits until the back office has heard what became of the last license.
    async fn until_reported(&self, state: &str) {
        let begun = Instant::now();
        while self.world.office.books.offer_state(&self.last).await.is_none_or(|(found, _)| found != state) {
            assert!(begun.elapsed() < DEADLINE, "the back office never heard {state}");
            tokio::task::yield_now().await;
        }
    }
}
