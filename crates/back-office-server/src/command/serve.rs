//! `serve`.
use back_office_server::BackOffice;
use tokio::signal;

use super::Failure;
use super::settings::Settings;

/// Serves until the process is interrupted or terminated.
pub(super) async fn serve(settings: Settings) -> Result<(), Failure> {
    // Listened for before anybody can know that we serve: a stop that comes at once must not kill us half started.
    let asked_to_stop = asked_to_stop().map_err(Failure::failed)?;
    let running = BackOffice::start(settings.config()?).await?;
    asked_to_stop.await.map_err(Failure::failed)?;
    running.stop().await;
    Ok(())
}

#[cfg(unix)]
fn asked_to_stop() -> std::io::Result<impl Future<Output = std::io::Result<()>>> {
    use signal::unix::{SignalKind, signal};
    let (mut interrupted, mut terminated) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
        Ok(())
    })
}

#[cfg(not(unix))]
fn asked_to_stop() -> std::io::Result<impl Future<Output = std::io::Result<()>>> {
    Ok(signal::ctrl_c())
}
