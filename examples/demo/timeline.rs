//! Waits for what must happen, and says when it did.

use std::time::{Duration, Instant};

use remote_service::license::texts::Texts;
use remote_service::{EventKind, Light, Running};
use world::{SignedLicense, World};

/// "Used within one minute after the installation of the license": the bound for every step.
const BOUND: Duration = Duration::from_secs(60);

/// Does `work` and waits until the license server uses what it brought.
pub async fn until_in_use(service: &Running, work: impl Future<Output = ()>) -> Duration {
    let (started, mut events) = (Instant::now(), service.events());
    work.await;
    let in_use = async {
        while let Some(event) = events.next().await {
            if matches!(event.kind, EventKind::LicenseInUse { .. }) {
                return;
            }
        }
    };
    within(in_use, "the first license is in use").await;
    started.elapsed()
}

/// Waits for a light that pleases.
pub async fn until_light(service: &Running, pleases: impl Fn(&Light) -> bool) -> Duration {
    let (started, mut events) = (Instant::now(), service.events());
    let wanted = async {
        while !pleases(&service.snapshot().light) {
            if let Some(event) = events.next().await
                && let EventKind::ConnectionFailed { stage, detail } = event.kind
            {
                println!("  orange: {stage:?}: {detail}");
            }
        }
    };
    within(wanted, "the light is green").await;
    started.elapsed()
}

/// Publishes a renewal and prints each step with the milliseconds since its publication began.
pub async fn follow(
    service: &Running,
    world: &World,
    renewal: &SignedLicense,
    texts: &Texts,
) -> Result<(), String> {
    let mut events = service.events();
    let started = Instant::now();
    let say = |step: &str| println!("  {:>7.1} ms  {step}", started.elapsed().as_secs_f64() * 1000.0);
    let published = async {
        world.office.publish(renewal).await;
        say("published: the back office has checked and stored it");
    };
    let followed = async {
        while let Some(event) = events.next().await {
            match event.kind {
                EventKind::LicenseOffered => say("announced to the installation by its held poll"),
                EventKind::LicenseDownloaded { .. } => say("downloaded through the configured way out"),
                EventKind::LicenseVerified { .. } => {
                    say("verified: signature, file, product, serial number, sequence")
                }
                EventKind::LicenseAnnounced { changes, .. } => {
                    say("announced to the user, what changed:");
                    texts.changes(&changes).iter().for_each(|change| println!("              {change}"));
                }
                EventKind::LicenseDelivered { place, .. } => say(&format!("delivered to {place}")),
                EventKind::LicenseInUse { confirmed: true, .. } => {
                    say("in use, the license server says");
                    return Ok(());
                }
                EventKind::LicenseRefused { code, .. } => return Err(format!("refused: {code}")),
                EventKind::DeliveryFailed { kind, server, .. } => {
                    return Err(format!("not delivered to {server}: {}", kind.code()));
                }
                _ => {}
            }
        }
        Err("the service stopped".to_owned())
    };
    let both = async { tokio::join!(published, followed).1 };
    match tokio::time::timeout(BOUND, both).await {
        Ok(outcome) => outcome,
        Err(_) => Err(format!("not in use within {} s", BOUND.as_secs())),
    }
}

async fn within(what: impl Future<Output = ()>, description: &str) {
    if tokio::time::timeout(BOUND, what).await.is_err() {
        eprintln!("not within {} s: {description}", BOUND.as_secs());
        std::process::exit(1);
    }
}
