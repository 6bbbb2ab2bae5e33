//! Runs what waits for networks.
use std::future::Future;

use crate::answer::Failure;

/// Runs `work` to its end, on this thread.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(runtime.map_err(|source| Failure::Start { source })?.block_on(work))
}
