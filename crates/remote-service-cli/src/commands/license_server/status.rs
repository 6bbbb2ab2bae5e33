use std::{fmt::Write, path::PathBuf};

use clap::{ArgGroup, Args};
use remote_service::license::{
    lmstat::{self, FeatureUse, Server},
    server::{HttpStatus, Lmstat},
};
use serde_json::json;

use crate::{
    answer::{Answer, Failure, Stop, table, with_causes},
    input,
};

/// Shows what a license server serves and who uses it
///
/// --server asks a FlexNet server through `lmutil lmstat -a -c PORT@HOST`. Where lmutil is missing or finds no server,
/// it asks the status page of the reference server at that port. Both have a time limit.
///
/// Exit code 1: no license server is up.
#[derive(Args)]
#[command(group(ArgGroup::new("source").required(true)))]
#[command(after_help = "Examples:
  remote-service license-server status --server 27000@fls --json
  remote-service license-server status --server 27000@fls --lmutil /opt/flexnet/lmutil
  lmutil lmstat -a -c 27000@fls > fls.txt; remote-service license-server status --lmstat fls.txt")]
pub(crate) struct Status {
    /// A file with what `lmutil lmstat -a` printed
    #[arg(long, value_name = "FILE", group = "source")]
    lmstat: Option<PathBuf>,
    /// The license server to ask
    #[arg(long, value_name = "PORT@HOST", group = "source")]
    server: Option<Address>,
    /// FlexNet's lmutil
    #[arg(long, value_name = "FILE", default_value = "lmutil")]
    lmutil: PathBuf,
}

#[derive(Clone)]
struct Address {
    host: String,
    port: u16,
}

impl std::str::FromStr for Address {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (port, host) = text.split_once('@').ok_or("write PORT@HOST, for example 27000@fls")?;
        let port = port.parse().map_err(|_| "the port before @ must be a number up to 65535")?;
        if host.is_empty() {
            Err("the host behind @ is missing")
        } else {
            Ok(Self { host: host.to_owned(), port })
        }
    }
}

impl Status {
    pub(crate) fn run(&self) -> Result<Answer, Stop> {
        let status = match (&self.lmstat, &self.server) {
            (Some(path), _) => lmstat::read(&input::text(path)?),
            (None, Some(server)) => self.ask(server),
            (None, None) => return Err(Failure::Usage("give --lmstat or --server".to_owned()).into()),
        };
        Ok(Answer::yes_or_no(is_up(&status), json!(status), as_text(&status)))
    }

    fn ask(&self, server: &Address) -> lmstat::Status {
        let Address { host, port } = server;
        let through_lmutil = Lmstat::new(format!("{port}@{host}")).program(&self.lmutil).status();
        if let Ok(status) = &through_lmutil
            && is_up(status)
        {
            return status.clone();
        }
        match HttpStatus::new(format!("{host}:{port}")).status() {
            Ok(status) => status,
            Err(error) => through_lmutil.unwrap_or_else(|lmutil| {
                eprintln!("remote-service: lmutil: {}", with_causes(&lmutil));
                eprintln!("remote-service: status page at {host}:{port}: {}", with_causes(&error));
                let down = Server { host: host.clone(), port: Some(*port), up: false };
                lmstat::Status { servers: vec![down], ..lmstat::Status::default() }
            }),
        }
    }
}

fn is_up(status: &lmstat::Status) -> bool {
    status.servers.iter().any(|server| server.up)
}

fn as_text(status: &lmstat::Status) -> String {
    let up = |up| if up { "up" } else { "down" }.to_owned();
    let mut rows = Vec::new();
    for server in &status.servers {
        let port = server.port.map_or_else(String::new, |port| format!("{port}@"));
        rows.push(["server".to_owned(), format!("{port}{}", server.host), up(server.up)]);
    }
    rows.extend(
        status.vendors.iter().map(|vendor| ["vendor".to_owned(), vendor.name.clone(), up(vendor.up)]),
    );
    let mut text = table(&rows);
    if !status.features.is_empty() {
        let mut rows = vec![["feature", "in use", "issued", "waiting", "remarks"].map(str::to_owned)];
        rows.extend(status.features.iter().map(feature_row));
        let _ = write!(text, "\n{}", table(&rows));
    }
    let users: Vec<_> = status
        .features
        .iter()
        .flat_map(|feature| feature.checkouts.iter().map(move |checkout| (feature, checkout)))
        .map(|(feature, checkout)| {
            [feature.name.clone(), checkout.user.clone(), checkout.host.clone(), checkout.count.to_string()]
        })
        .collect();
    if !users.is_empty() {
        let _ = write!(text, "\nUsers:\n{}", table(&users));
    }
    for license in &status.licenses {
        let _ = writeln!(text, "\nLicense {} in use since {}", license.name, license.activated_at);
    }
    for fault in &status.errors {
        let _ = writeln!(text, "\nError {},{}: {}", fault.major, fault.minor, fault.text);
    }
    text
}

fn feature_row(feature: &FeatureUse) -> [String; 5] {
    let issued = match feature.issued {
        Some(issued) => issued.to_string(),
        None if feature.uncounted => "uncounted".to_owned(),
        None => String::new(),
    };
    let reserved = match feature.reservations {
        0 => String::new(),
        reserved => format!("{reserved} reserved"),
    };
    let remarks = feature.error.clone().unwrap_or(reserved);
    [feature.name.clone(), feature.in_use.to_string(), issued, feature.queued.to_string(), remarks]
}
