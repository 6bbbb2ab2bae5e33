//! `remote-service run`
mod accept;
mod logs;
mod metrics;
mod notify;
mod web;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;
use remote_service::Running;
use remote_service_console::UserFile;
use serde_json::json;

use self::logs::Logs;
use self::metrics::Metrics;
use super::installation::{Installation, failure};
use super::overlay::{self, Overlay};
use crate::answer::{Answer, Failure, Stop};

/// Runs the service in the foreground, for products that do not embed it
///
/// It stops at SIGTERM or SIGINT, within 2 s. Below systemd it says when it is ready and that it is alive, and takes the
/// key of its secrets from the credential remote-service-key. Each setting is also a flag and an environment variable:
/// --help lists them.
///
/// A new installation needs settings.toml (or flags) with product.name, product.version and product.trusted_key_files, then
/// its first license: `license import`, or the console's page. Then `secret set verification-code`, and `enabled`.
#[derive(Args, Clone)]
#[command(after_help = "Examples:
  remote-service run --state-dir /var/lib/remote-service
  remote-service run --state-dir ./state --enabled true --proxy-mode manual --proxy-address proxy.corp:8080
  REMOTE_SERVICE_CONSOLE_LISTEN=127.0.0.1:8443 remote-service run --log json --metrics-listen 127.0.0.1:9464")]
pub(crate) struct Run {
    #[command(flatten)]
    installation: Installation,
    #[command(flatten)]
    logs: Logs,
    /// Serve /metrics here; without it they are beside the console, where there is one
    #[arg(long, value_name = "ADDRESS")]
    metrics_listen: Option<SocketAddr>,
    #[command(flatten)]
    overlay: Overlay,
}

impl Run {
    pub(crate) fn run(&self) -> Result<Answer, Stop> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
        let runtime = runtime.map_err(|source| Failure::Start { source })?;
        let asked =
            runtime.block_on(async { asked_to_stop() }).map_err(|source| Failure::Start { source })?;
        runtime.block_on(serve(self, notify::ready, asked))?;
        Ok(Answer::yes(json!({ "stopped": true }), String::new()))
    }
}

/// It waits nearly all of the time.
const WORKERS: usize = 2;
/// What a new installation needs.
const FIRST: &str = "no license is installed yet, and nothing connects before there is one: stop the service and use \
    `remote-service license import`, or its page in the console";

/// What a process needs once, before its first connection.
pub(crate) fn prepare() {
    // The second one finds that it is done already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Runs the service until it is asked to stop. `ready` is called when it is at work, and its addresses can be reached.
pub(crate) async fn serve(
    run: &Run,
    ready: impl FnOnce(),
    asked_to_stop: impl Future<Output = ()>,
) -> Result<(), Failure> {
    run.logs.begin();
    prepare();
    for warning in overlay::mistyped() {
        tracing::warn!(target: "remote_service", "{warning}");
    }
    let settings = run.installation.settings(&run.overlay)?;
    let console = web::listen(settings.console.listen).await?;
    let metrics_alone = web::listen(run.metrics_listen).await?;
    let service = run.installation.builder(settings)?.build().map_err(failure)?;
    let metrics = Metrics::count(service.events());
    let running = Arc::new(service.start());
    tracing::info!(target: "remote_service", state_dir = %run.installation.state_dir().display(), "at work");
    if running.snapshot().license.in_force.is_none() {
        tracing::warn!(target: "remote_service", "{FIRST}");
    }
    let users = UserFile::open(run.installation.console_users());
    let sites = web::Sites::open(&running, &metrics, console, metrics_alone, users);
    ready();
    let alive = notify::keep_alive();
    tokio::select! {
        () = asked_to_stop => {}
        () = alive => {}
    }
    notify::stopping();
    stop(running, sites).await;
    tracing::info!(target: "remote_service", "stopped");
    Ok(())
}

/// Pages go first: nobody is let in by a service that stops.
async fn stop(running: Arc<Running>, sites: web::Sites) {
    tokio::join!(sites.close(), running.stop());
}

/// SIGTERM, as systemd and containers send it, or SIGINT, as a terminal does.
#[cfg(unix)]
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut term = signal(SignalKind::terminate())?;
    let mut int = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
