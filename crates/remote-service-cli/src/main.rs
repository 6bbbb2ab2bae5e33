//! The command line `remote-service`: licenses, license servers and ways out, for release engineers, installers and support.
//!
//! Each command is a file below `commands`. It turns its arguments into an [`Answer`](answer::Answer): text for people,
//! one JSON document for programs, and the exit code.
#![forbid(unsafe_code)]

mod answer;
mod clock;
mod commands;
mod input;
mod keys;
mod opened;
mod progress;
mod reading;
mod runtime;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;

use crate::{answer::Stop, clock::Clock, commands::Command};

/// Inspects, verifies, issues and delivers licenses, asks license servers what they serve, and finds the way out.
///
/// Exit codes: 0 yes or done, 1 no or failed, 2 wrong usage or a file that cannot be read.
#[derive(Parser)]
#[command(name = "remote-service", version, max_term_width = 110)]
struct Cli {
    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    json: bool,
    /// The date that counts as today, for example 2027-03-31
    #[arg(long, global = true, value_name = "DATE")]
    today: Option<chrono::NaiveDate>,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misused(&error),
    };
    let clock = Clock::new(cli.today);
    let answer = match cli.command.run(&clock) {
        Ok(answer) => answer,
        Err(Stop::Answer(answer)) => *answer,
        Err(Stop::Failure(failure)) => {
            eprintln!("remote-service: {failure}");
            failure.into_answer()
        }
    };
    match print(&answer.printed(cli.json)) {
        Ok(()) => ExitCode::from(answer.exit as u8),
        Err(_) => ExitCode::from(answer::Exit::Unreadable as u8),
    }
}

/// Help and version, or what is wrong with the arguments; programs are told in JSON, too.
fn misused(error: &clap::Error) -> ExitCode {
    let _ = error.print(); // there is nobody else to tell
    if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") {
        let text = error.render().to_string();
        let lines: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
        let error = lines.join(" ");
        let json = serde_json::json!({ "error": error.strip_prefix("error: ").unwrap_or(&error) });
        let _ = print(&format!("{json}\n"));
    }
    ExitCode::from(error.exit_code() as u8)
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // `remote-service … | head` is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}
