//! An installation as a process of its own, which can be told to die at a point of the delivery order.
//!
//! `installation [--stand-in PROGRAM] STATE_DIR TRUSTED_KEYS.pem [POINT [NAME_ENDING]]` reads `settings.toml` in the state
//! directory, and prints one word for each event. With a point, the process is killed (SIGKILL) when the delivery has
//! passed it. With a program, that is the remote desktop program, and somebody is there who allows every request.
#![allow(clippy::expect_used, reason = "it serves tests: what fails, ends it")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};

use remote_assistance::teamviewer::TeamViewerClient;
use remote_service::assistance::InMemoryBroker;
use remote_service::{EventKind, Product, RemoteService, Running, StateDir};
use signed_envelope::KeyRing;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let stand_in = match arguments.first().map(String::as_str) {
        Some("--stand-in") => arguments.drain(..2).next_back(),
        _ => None,
    };
    let [state, keys, point @ ..] = arguments.as_slice() else {
        eprintln!(
            "usage: installation [--stand-in PROGRAM] STATE_DIR TRUSTED_KEYS.pem [POINT [NAME_ENDING]]"
        );
        return ExitCode::from(2);
    };
    if let Some(name) = point.first() {
        let ending = point.get(1).cloned().unwrap_or_default();
        tracing_subscriber::registry().with(DieAt { point: name.clone(), ending }).init();
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    let trusted = std::fs::read_to_string(keys).expect("the trusted keys");
    let builder = RemoteService::builder(StateDir::open(state).expect("a state directory"))
        .product(Product::new(world::PRODUCT, "1.4.0").expect("a good product"))
        .trusted_keys(KeyRing::from_pem(&trusted).expect("PEM keys"));
    let builder = match &stand_in {
        Some(program) => {
            let client = TeamViewerClient::find(Path::new("/"), Path::new(state).join("client"));
            builder.remote_desktop(client.quick_support(program.into()), InMemoryBroker::default())
        }
        None => builder,
    };
    let service = builder.build().expect("a state that can be read back");
    let mut events = service.events();
    let running = service.start();
    while let Some(event) = events.next().await {
        let line = match event.kind {
            EventKind::Connected if stand_in.is_some() => {
                running.assistance().user_seen(&world::customer("kim", true)).await;
                "present".to_owned()
            }
            EventKind::Connected => "connected".to_owned(),
            EventKind::AssistanceChanged => match allow(&running).await {
                Some(id) => format!("granted {id}"),
                None => continue,
            },
            EventKind::LicenseInUse { license, .. } => format!("in_use {license}"),
            EventKind::LicenseRefused { code, .. } => format!("refused {code}"),
            EventKind::ConnectionFailed { stage, detail } => format!("orange {stage:?} {detail}"),
            _ => continue,
        };
        let mut out = std::io::stdout().lock();
        writeln!(out, "{line}").and_then(|()| out.flush()).expect("a reader");
    }
    ExitCode::SUCCESS
}

/// Says yes to the request on the screen, if there is one.
async fn allow(running: &Running) -> Option<String> {
    let pending = running.snapshot().assistance.pending.clone()?;
    let user = world::customer("kim", true);
    running.assistance().grant(&pending.id, &user, pending.scopes, pending.minutes).await.ok()?;
    Some(pending.id)
}

/// Kills this process when the delivery has passed a point.
struct DieAt {
    point: String,
    ending: String,
}

impl<S: tracing::Subscriber> Layer<S> for DieAt {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != "license_lifecycle::delivery" {
            return;
        }
        let mut found = Found::default();
        event.record(&mut found);
        if found.point == self.point && found.of.ends_with(&self.ending) {
            let mut kill = Command::new(if cfg!(windows) { "taskkill" } else { "kill" });
            kill.args(if cfg!(windows) { ["/F", "/PID"] } else { ["-KILL", "--"] });
            let killed = kill.arg(std::process::id().to_string()).status();
            unreachable!("killed by {killed:?}");
        }
    }
}

#[derive(Default)]
struct Found {
    point: String,
    of: String,
}

impl tracing::field::Visit for Found {
    fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
        match field.name() {
            "point" => value.clone_into(&mut self.point),
            "of" => value.clone_into(&mut self.of),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &tracing::field::Field, _: &dyn std::fmt::Debug) {}
}
