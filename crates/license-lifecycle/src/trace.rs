//! Events for the `tracing` crate (feature `tracing`); without the feature, nothing.

/// The target of all events of a delivery.
#[cfg(feature = "tracing")]
const TARGET: &str = "license_lifecycle::delivery";

/// A durable step of a delivery is done: a kill from here on finds it on disk.
pub(crate) fn point(point: &'static str, of: &str) {
    #[cfg(feature = "tracing")]
    tracing::debug!(target: TARGET, point, of);
    #[cfg(not(feature = "tracing"))]
    let _ = (point, of);
}

/// Something failed that the delivery goes on without.
pub(crate) fn note(what: &'static str, error: &dyn std::error::Error) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: TARGET, %error, "{what}");
    #[cfg(not(feature = "tracing"))]
    let _ = (what, error);
}
