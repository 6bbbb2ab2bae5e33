//! The commands, one module each.
mod keys;
mod license;
mod organization;
mod serve;
mod settings;
mod token;
mod user;

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serde::Serialize;

use self::settings::Settings;

/// The longest file that is read: keys, certificates, envelopes, license files.
const MAX_FILE: u64 = 4 * 1024 * 1024;

/// Reference back office of the Remote Service.
///
/// Settings come from flags, then from the environment (REMOTE_SERVICE_BACK_OFFICE_…), then from
/// the file given with --config.
#[derive(Debug, Parser)]
#[command(name = "remote-service-back-office", version, after_help = EXAMPLES)]
pub(crate) struct Line {
    /// Configuration file (TOML) with the same names as the flags, `_` for `-`.
    #[arg(long, global = true, env = "REMOTE_SERVICE_BACK_OFFICE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print one JSON document (what is printed without it is for people).
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  remote-service-back-office keys new --product PRISMAdirect --authority back-office.example.com \\
      --private-key signing.pem --payload keys.json
  remote-service-back-office keys sign keys.json --key vendor.pem > back-office-keys.dsse
  remote-service-back-office --database sqlite://back-office.db organization add \"Print Partners\"
  remote-service-back-office serve --database sqlite://back-office.db --listen 0.0.0.0:443 \\
      --signing-key signing.pem --back-office-keys back-office-keys.dsse --trusted-keys vendor-public.pem \\
      --tls-cert chain.pem --tls-key tls.pem";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve installations, the help desk and the license desk until interrupted.
    Serve,
    /// Make and sign the keys that answers are signed with.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Service organizations.
    #[command(subcommand)]
    Organization(organization::Organization),
    /// Accounts for the web site.
    #[command(subcommand)]
    User(user::User),
    /// Bearer tokens for `/staff/v1`.
    #[command(subcommand)]
    Token(token::Token),
    /// Licenses.
    #[command(subcommand)]
    License(license::License),
}

/// Why a command ends without success.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    cause: Box<dyn Error + Send + Sync>,
}

impl Failure {
    /// Exit code 1: asked rightly, not done.
    pub(crate) fn failed(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { code: 1, cause: cause.into() }
    }

    /// Exit code 2: wrong usage, or a file that cannot be read.
    fn usage(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { code: 2, cause: cause.into() }
    }
}

impl From<back_office_server::Error> for Failure {
    fn from(error: back_office_server::Error) -> Self {
        Self::failed(error)
    }
}

/// Carries the command out.
pub(crate) async fn run(line: Line) -> Result<(), Failure> {
    let out = Out { json: line.json };
    let settings = line.settings.or(settings::read_file(line.config.as_deref())?);
    match line.command {
        Command::Serve => serve::serve(settings).await,
        Command::Keys(keys) => keys.run(out),
        Command::Organization(organization) => organization.run(settings, out).await,
        Command::User(user) => user.run(settings).await,
        Command::Token(token) => token.run(settings, out).await,
        Command::License(license) => license.run(settings, out).await,
    }
}

/// Prints a failure with its causes on standard error.
pub(crate) fn report(failure: &Failure) -> ExitCode {
    let mut text = failure.cause.to_string();
    let mut cause = failure.cause.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    // Standard error may be closed; the exit code still says it.
    let _ = writeln!(std::io::stderr(), "error: {text}");
    ExitCode::from(failure.code)
}

/// Standard output.
#[derive(Clone, Copy, Debug)]
struct Out {
    json: bool,
}

impl Out {
    /// Prints `document` as JSON, or `text` for people.
    fn print(self, document: &impl Serialize, text: &str) -> Result<(), Failure> {
        let json = serde_json::to_string(document).map_err(Failure::failed)?;
        writeln!(std::io::stdout(), "{}", if self.json { &json } else { text }).map_err(Failure::failed)
    }
}

/// Reads a small file.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let named = |error: std::io::Error| Failure::usage(format!("{}: {error}", path.display()));
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes))
        .map_err(named)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(Failure::usage(format!("{}: larger than {MAX_FILE} bytes", path.display())));
    }
    Ok(bytes)
}

/// Reads a small text file.
fn read_text(path: &Path) -> Result<String, Failure> {
    String::from_utf8(read(path)?).map_err(|_| Failure::usage(format!("{}: not UTF-8", path.display())))
}
