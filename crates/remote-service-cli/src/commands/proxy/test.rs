use std::path::PathBuf;

use clap::{Args, ValueEnum};
use remote_service::proxy::{
    Credentials, Login, ProxySettings, Repeatable, Report, SharedHealth, TlsTrust, diagnose,
};
use serde_json::json;
use url::Url;

use super::way::Way;
use crate::{
    answer::{Answer, Failure, Stop},
    clock::Clock,
    input, runtime,
};

/// Tries the way to a URL and reports each stage: which hop fails, and what to do about it
///
/// One HEAD request without any identity is sent. A password is sent once: when it is wrong, that is one failed login.
///
/// Exit code 1: the URL was not reached.
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service proxy test https://backoffice.example.com/
  remote-service proxy test https://backoffice.example.com/ --proxy proxy.corp:8080 --user 'CORP\\alice' --password-file pw.txt
  remote-service proxy test https://backoffice.example.com/ --pac http://wpad.corp/wpad.dat --login current --json")]
pub(crate) struct Test {
    /// What is to be reached
    url: Url,
    #[command(flatten)]
    way: Way,
    /// How to log in to the proxy; with --user the default is password
    #[arg(long, value_name = "LOGIN")]
    login: Option<LoginBy>,
    /// The user, as user, DOMAIN\user or user@realm
    #[arg(long, value_name = "USER", required_if_eq("login", "password"))]
    user: Option<String>,
    /// Domain or realm of --user
    #[arg(long, value_name = "DOMAIN", requires = "user")]
    domain: Option<String>,
    /// A file with the password; without it the password is asked for, or read from standard input
    #[arg(long, value_name = "FILE", requires = "user")]
    password_file: Option<PathBuf>,
    /// A PEM file with certificate authorities to trust beside the system's; may be repeated
    #[arg(long = "ca-file", value_name = "FILE")]
    ca_files: Vec<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum LoginBy {
    None,
    Password,
    Current,
}

impl Test {
    pub(crate) fn run(&self, clock: &Clock) -> Result<Answer, Stop> {
        let settings = self.settings()?;
        let credentials = self.credentials(&settings)?;
        let ca_files_pem = self.ca_files.iter().map(|path| input::license(path));
        let trust = TlsTrust { ca_files_pem: ca_files_pem.collect::<Result<_, _>>()?, ..TlsTrust::default() };
        let report = runtime::block_on(self.report(&settings, credentials.as_ref(), &trust, clock))?;
        Ok(Answer::yes_or_no(report.ok, json!(report), format!("{report}\n")))
    }

    async fn report(
        &self,
        settings: &ProxySettings,
        credentials: Option<&Credentials>,
        trust: &TlsTrust,
        clock: &Clock,
    ) -> Report {
        let found = self.way.finder(Repeatable::default());
        match found.find(settings, trust, &self.url, clock.local()).await {
            Ok(findings) => {
                let health = SharedHealth::new(clock.now());
                diagnose(settings, credentials, trust, &findings, &self.url, &health).await
            }
            Err(error) => Report::of(&error),
        }
    }

    fn settings(&self) -> Result<ProxySettings, Failure> {
        let login = match (self.login, &self.user) {
            (Some(LoginBy::Password), _) | (None, Some(_)) => Login::Password,
            (Some(LoginBy::Current), _) => Login::Current,
            (Some(LoginBy::None), _) | (None, None) => Login::None,
        };
        let (user, domain) = (self.user.clone(), self.domain.clone());
        Ok(ProxySettings { login, user, domain, ..self.way.settings()? })
    }

    fn credentials(&self, settings: &ProxySettings) -> Result<Option<Credentials>, Failure> {
        if settings.login != Login::Password {
            return Ok(None);
        }
        let password = match &self.password_file {
            Some(path) => input::secret(path)?,
            None => input::asked("Proxy password: ")?,
        };
        Ok(Credentials::from_settings(settings, password))
    }
}
