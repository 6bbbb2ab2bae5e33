//! `serve`.
use back_office_server::BackOffice;
use tokio::signal;

use super::Failure;
use super::settings::Settings;

/// Serves until the process is interrupted or terminated.
pub(super) async fn serve(settings: Settings) -> Result<(), Failure> {
    let running = BackOffice::start(settings.config()?).await?;
    asked_to_stop().await.map_err(Failure::failed)?;
    running.stop().await;
    Ok(())
}

#[cfg(unix)]
async fn asked_to_stop() -> std::io::Result<()> {
    let mut terminated = signal::unix::signal(signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = signal::ctrl_c() => interrupted,
        _ = terminated.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() -> std::io::Result<()> {
    signal::ctrl_c().await
}
