//! One license from publication to use, as a timeline in plain words.
//!
//! Starts a back office, a license server and the embedded service on loopback, imports a first license, publishes a
//! renewal and says what happens. Without `--once` it stays up and prints what to try.
//!
//! ```sh
//! cargo run --release --example demo -- --once
//! ```

mod telling;
mod timeline;

use std::process::ExitCode;

use chrono::TimeDelta;
use remote_service::Light;
use remote_service::license::texts::Texts;
use world::{Terms, World};

#[tokio::main]
async fn main() -> ExitCode {
    let once = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--once") => true,
        Some(other) => {
            eprintln!("unknown argument {other}; usage: demo [--once]");
            return ExitCode::from(2);
        }
    };
    let world = World::start().await;
    let service = world.install("state").await;
    println!("A print shop installs PRISMAdirect; its first license comes by mail.");
    let first = Terms::first(world::now());
    let imported = timeline::until_in_use(&service, world.first_license(&service, &first)).await;
    println!("  imported, delivered and in use after {imported:.0?}\n");

    println!("The administrator enables the Remote Service.");
    service.update_settings(|settings| settings.enabled = true).await.expect("settings that do");
    let green = timeline::until_light(&service, |light| matches!(light, Light::Green { .. })).await;
    println!("  green: connected to the back office and enrolled after {green:.0?}\n");

    println!("The vendor publishes a renewal: a year of maintenance, one more feature, five more seats.");
    let renewal = first.renewal(world::now());
    let texts = Texts::new("en");
    let outcome = timeline::follow(&service, &world, &world.vendor.issue(&renewal), &texts).await;

    println!("\nWhat people see, by date:");
    for (what, day) in [
        ("today", world::now()),
        ("3 weeks before maintenance ends", telling::noon(renewal.maintenance_until) - TimeDelta::weeks(3)),
        ("the day after the license expired", telling::noon(renewal.expires) + TimeDelta::days(1)),
    ] {
        telling::tell(&texts, what, &service.snapshot(), day);
    }
    if !once {
        stay_up(&world).await;
    }
    service.stop().await;
    world.stop().await;
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(missed) => {
            eprintln!("\n{missed}");
            ExitCode::FAILURE
        }
    }
}

async fn stay_up(world: &World) {
    let folder = world.folder.path().display();
    let status = world.license_server_address();
    println!("\nStill up; Ctrl-C ends it. To try:");
    println!("  curl http://{status}/status                    what the license server uses");
    println!("  curl --cacert {folder}/ca.pem {}healthz        the back office", world.office.url);
    println!("  ls {folder}/state {folder}/DroppedLicense      what lies on disk");
    println!("  cat {folder}/state/license/state.json          what is in force");
    if let Err(error) = tokio::signal::ctrl_c().await {
        eprintln!("cannot wait for Ctrl-C: {error}");
    }
}
