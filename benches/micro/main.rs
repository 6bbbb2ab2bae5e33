//! Ratios that the design promises, measured in one run: `cargo bench --bench micro`.
//!
//! Under `cargo test` each piece of work runs a few times only, and no bound is judged.
mod allocations;
mod decisions;
mod delivery;
mod flexnet;
mod growth;
mod manifest;
mod measure;
mod snapshot;

use std::process::ExitCode;

use measure::{Effort, Row};

#[global_allocator]
static COUNTING: allocations::Counting = allocations::Counting;

fn main() -> ExitCode {
    let judged = std::env::args().any(|argument| argument == "--bench");
    let effort = if judged { Effort::full() } else { Effort::smoke() };
    let rows: Vec<Row> = [
        manifest::rows(&effort),
        flexnet::rows(&effort),
        decisions::rows(&effort),
        delivery::rows(&effort),
        snapshot::rows(&effort),
    ]
    .into_iter()
    .flatten()
    .collect();
    measure::print(&rows);
    let broken = rows.iter().any(|row| !row.kept());
    if judged && broken { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
