//! What systemd wants to hear; elsewhere nobody listens.

/// The service is at work.
pub(super) fn ready() {
    #[cfg(target_os = "linux")]
    tell(sd_notify::NotifyState::Ready);
}

/// It is about to stop.
pub(super) fn stopping() {
    #[cfg(target_os = "linux")]
    tell(sd_notify::NotifyState::Stopping);
}

/// Says at half of the watchdog's time that this runtime still works. Never ends.
#[cfg(target_os = "linux")]
pub(super) async fn keep_alive() {
    let Some(limit) = sd_notify::watchdog_enabled() else { return std::future::pending().await };
    let mut beat = tokio::time::interval(limit / 2);
    loop {
        beat.tick().await;
        tell(sd_notify::NotifyState::Watchdog);
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) async fn keep_alive() {
    std::future::pending().await
}

#[cfg(target_os = "linux")]
fn tell(state: sd_notify::NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(target: "remote_service", %error, "systemd cannot be told");
    }
}
