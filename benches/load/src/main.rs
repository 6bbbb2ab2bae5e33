//! Measures a back office under a fleet of installations, each with a key of its own and a held poll.
//!
//! ```text
//! cargo run --release -p load -- fleet --installations 10000 --json
//! ```
//! The server is a process of its own; its memory and time are read from `/proc`. Everything is on loopback.
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement prints, begins now, and ends at what fails"
)]

mod desk;
mod fleet;
mod installation;
mod office;
mod process;
mod report;
mod server;
mod vendor;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// Measures a back office under load.
#[derive(Parser)]
#[command(after_help = "Examples:
  cargo run --release -p load -- fleet --installations 10000 --json
  cargo run --release -p load -- fleet --installations 500 --tls own")]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Holds a poll for each of many installations; then publishes, probes and restarts.
    Fleet {
        /// How many installations.
        #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        installations: u32,
        /// Who terminates TLS.
        #[arg(long, value_enum, default_value_t = Tls::Both)]
        tls: Tls,
        /// Print one JSON document a run (what is printed without it is for people).
        #[arg(long)]
        json: bool,
    },
    /// The server's side, started by `fleet`.
    #[command(hide = true)]
    Serve { folder: PathBuf, port: u16 },
}

/// Who terminates TLS.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tls {
    /// A balancer: the server speaks plain HTTP on loopback.
    Balancer,
    /// The server itself.
    Own,
    /// One run after the other.
    Both,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    rustls::crypto::ring::default_provider().install_default().expect("the only provider");
    match Line::parse().command {
        Command::Serve { folder, port } => runtime.block_on(server::serve(&folder, port)),
        Command::Fleet { installations, tls, json } => {
            for own in [false, true] {
                if matches!((tls, own), (Tls::Both, _) | (Tls::Balancer, false) | (Tls::Own, true)) {
                    let report = runtime.block_on(fleet::measure(installations as usize, own));
                    println!("{}", if json { report.json() } else { report.text() });
                }
            }
        }
    }
}
