//! The end of the day, announced to everything that waits.
use tokio::sync::watch;

/// Turns true once.
#[derive(Debug)]
pub(crate) struct Stop(watch::Sender<bool>);

/// Waits for it.
#[derive(Clone, Debug)]
pub(crate) struct Stopping(watch::Receiver<bool>);

/// A switch and what waits for it.
pub(crate) fn switch() -> (Stop, Stopping) {
    let (stop, stopping) = watch::channel(false);
    (Stop(stop), Stopping(stopping))
}

impl Stop {
    pub(crate) fn now(&self) {
        self.0.send_replace(true);
    }
}

impl Stopping {
    /// Comes back when everything is to stop, also when the switch is gone.
    pub(crate) async fn begun(&mut self) {
        // The guard of the value must not live across a wait of the caller.
        let _ = self.0.wait_for(|stopping| *stopping).await;
    }
}
