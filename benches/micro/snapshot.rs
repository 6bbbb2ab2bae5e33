//! What a page refresh costs: the snapshot, beside the cheapest thing there is.
use std::sync::Arc;

use remote_service::{Product, RemoteService, Running, Settings, StateDir};

use crate::{
    allocations::allocations,
    measure::{Effort, Row},
};

pub fn rows(effort: &Effort) -> Vec<Row> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let running = runtime.block_on(async { service(folder.path()) });
    let plain = running.snapshot();
    let ratio = effort.ratio(|| running.snapshot(), || Arc::clone(&plain));
    // Allocator and counters are shared with the service's threads, which may be starting: the quietest run counts.
    let thousand = || (0..1_000).for_each(|_| drop(running.snapshot()));
    let quietest = |counted: &dyn Fn() -> u64| (0..20).map(|_| counted()).min().unwrap_or_default();
    let asked = quietest(&|| allocations(thousand) as u64);
    let nothing = quietest(&|| calls_of(|| ()));
    let read = quietest(&|| calls_of(thousand)).saturating_sub(nothing);
    let rows = vec![
        Row::new(
            "snapshot of a running service : Arc::clone",
            ratio.ratio,
            "×",
            None,
            format!("{:.1} ns : {:.1} ns", ratio.ours, ratio.peer),
        ),
        Row::new("allocations of 1,000 snapshots", asked as f64, "", Some(0.0), "counted".into()),
        Row::new("reads and writes of 1,000 snapshots", read as f64, "", Some(0.0), "/proc/self/io".into()),
    ];
    runtime.block_on(running.stop());
    rows
}

/// A service that is not enabled: nothing goes on beside it.
fn service(folder: &std::path::Path) -> Running {
    let key = signed_envelope::SigningKey::generate().unwrap().public();
    RemoteService::builder(StateDir::open(folder).unwrap())
        .product(Product::new("PRISMAdirect", "1.4.0").unwrap())
        .trusted_keys(key.into())
        .settings(Settings::default())
        .build()
        .unwrap()
        .start()
}

/// How many reads and writes come with `work`, those of the counting included.
fn calls_of(work: impl FnOnce()) -> u64 {
    let before = reads();
    work();
    reads() - before
}

/// System calls of this process that read or wrote, so far; 0 where the system does not count them.
fn reads() -> u64 {
    let counts = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let calls = counts.lines().filter(|line| line.starts_with("syscr") || line.starts_with("syscw"));
    calls.filter_map(|line| line.split(": ").nth(1)?.parse::<u64>().ok()).sum()
}
