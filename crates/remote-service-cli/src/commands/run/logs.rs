use std::io;

use clap::{Args, ValueEnum};
use tracing::level_filters::LevelFilter;

/// What is said on standard error.
#[derive(Args, Clone)]
pub(crate) struct Logs {
    /// How log lines look
    #[arg(long, value_name = "FORM", default_value = "text")]
    log: Form,
    /// From which level on
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    log_level: Level,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// For people
    Text,
    /// One JSON document a line
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum Level {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl Logs {
    pub(super) fn begin(&self) {
        let level = match self.log_level {
            Level::Error => LevelFilter::ERROR,
            Level::Warn => LevelFilter::WARN,
            Level::Info => LevelFilter::INFO,
            Level::Debug => LevelFilter::DEBUG,
            Level::Trace => LevelFilter::TRACE,
        };
        let lines = tracing_subscriber::fmt().with_max_level(level).with_writer(io::stderr);
        // A subscriber that is there already stays.
        let _ = match self.log {
            Form::Text => lines.with_ansi(false).try_init(),
            Form::Json => lines.json().flatten_event(true).try_init(),
        };
    }
}
