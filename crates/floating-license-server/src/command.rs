use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use floating_license_server::{Acceptance, Config, FloatingLicenseServer};
use license_lifecycle::lmstat::{self, Status};
use license_lifecycle::server::HttpStatus;
use signed_envelope::{KeyRing, PublicKey};

/// The port that is served and asked unless another one is given.
const ADDRESS: &str = "127.0.0.1:27080";

/// Reference Floating License Server: takes licenses from an inbox folder and says which ones are in use.
#[derive(Parser)]
#[command(
    version,
    after_help = "Examples:
  floating-license-server serve --folder /srv/DroppedLicense --key vendor.pem
  floating-license-server serve --folder DroppedLicense --accept-unsigned --listen 127.0.0.1:0
  floating-license-server status --json
  floating-license-server lmstat -a -c 27080@localhost"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Takes licenses from the folder until it is told to stop.
    Serve(Serve),
    /// Asks a running server which licenses it uses. Exit code 1 when it does not answer.
    Status {
        /// HOST:PORT of the server.
        #[arg(long, default_value = ADDRESS)]
        server: String,
        /// One JSON document, of the shape of `remote-service license-server status`.
        #[arg(long)]
        json: bool,
    },
    /// Prints what a running server says in FlexNet's words. Exit code 1 when it does not answer.
    Lmstat {
        /// Everything; there is nothing less.
        #[arg(short)]
        a: bool,
        /// PORT@HOST of the server.
        #[arg(short, value_name = "PORT@HOST", default_value = "27080@127.0.0.1")]
        c: String,
    },
}

#[derive(Args)]
struct Serve {
    /// The inbox, "DroppedLicense"; made when missing.
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// Where active licenses and the archive are kept [default: license-server-state beside the inbox].
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// A vendor's public key: 64 hex digits or a PEM file. May be given several times.
    #[arg(long, value_name = "KEY", required_unless_present = "accept_unsigned")]
    key: Vec<String>,
    /// Activates bare FlexNet files, whoever made them.
    #[arg(long, conflicts_with = "key")]
    accept_unsigned: bool,
    /// Where status is served, without a login; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = ADDRESS)]
    listen: SocketAddr,
}

/// Exit codes: 0 done, 1 failed, 2 wrong usage or unreadable key file.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let done = match arguments.command {
        Command::Serve(options) => match options.config() {
            Ok(config) => serve(config),
            Err(error) => {
                complain(&*error);
                return ExitCode::from(2);
            }
        },
        Command::Status { server, json } => status(&server, json),
        Command::Lmstat { c, .. } => lmstat(&c),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&*error);
            ExitCode::FAILURE
        }
    }
}

impl Serve {
    fn config(self) -> Result<Config, Box<dyn Error>> {
        let acceptance = if self.accept_unsigned {
            Acceptance::Unsigned
        } else {
            let mut trusted = Vec::new();
            for key in &self.key {
                match key.parse::<PublicKey>() {
                    Ok(key) => trusted.push(key.into()),
                    Err(_) => trusted.extend_from_slice(read_keys(key)?.keys()),
                }
            }
            Acceptance::Signed(KeyRing::new(trusted))
        };
        let mut config = Config::new(self.folder, acceptance, self.listen);
        if let Some(state) = self.state {
            config.state = state;
        }
        Ok(config)
    }
}

fn read_keys(path: &str) -> Result<KeyRing, Box<dyn Error>> {
    let named = |error: &dyn Error| format!("key file {path}: {error}");
    let bytes = durable_file::read_limited(path.as_ref(), 64 * 1024).map_err(|error| named(&error))?;
    let text = String::from_utf8_lossy(&bytes);
    match text.trim().parse::<PublicKey>() {
        Ok(key) => Ok(key.into()),
        Err(_) => KeyRing::from_pem(&text).map_err(|error| named(&error).into()),
    }
}

fn serve(config: Config) -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let running = FloatingLicenseServer::start(config).await?;
        writeln!(io::stdout(), "listening at http://{}", running.address())?;
        asked_to_stop().await?;
        running.stop().await;
        Ok(())
    })
}

#[cfg(unix)]
async fn asked_to_stop() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}

fn status(server: &str, json: bool) -> Result<(), Box<dyn Error>> {
    let status = HttpStatus::new(server).status()?;
    let text = if json { serde_json::to_string(&status)? } else { in_words(&status) };
    writeln!(io::stdout(), "{}", text.trim_end())?;
    Ok(())
}

fn in_words(status: &Status) -> String {
    let mut text = format!("{} licenses in use\n", status.licenses.len());
    for license in &status.licenses {
        let serial_number = license.serial_number.as_deref().unwrap_or("unknown");
        let sequence = license.sequence.map_or("none".to_owned(), |sequence| sequence.to_string());
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}  serial number {serial_number}  sequence {sequence}  since {}",
            license.name,
            license.activated_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        );
    }
    for feature in &status.features {
        let issued = feature.issued.map_or("uncounted".to_owned(), |issued| issued.to_string());
        let _ = writeln!(text, "  {}: {issued} issued, {} in use", feature.name, feature.in_use);
    }
    text
}

#[expect(clippy::disallowed_methods, reason = "the text says when it was asked for")]
fn lmstat(server: &str) -> Result<(), Box<dyn Error>> {
    // FlexNet writes the port first.
    let (port, host) = server.split_once('@').ok_or_else(|| format!("{server} is not PORT@HOST"))?;
    let status = HttpStatus::new(format!("{host}:{port}")).status()?;
    write!(io::stdout(), "{}", lmstat::write(&status, chrono::Local::now().naive_local()))?;
    Ok(())
}

fn complain(error: &dyn Error) {
    let mut text = format!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    // When standard error is gone, there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{text}");
}
