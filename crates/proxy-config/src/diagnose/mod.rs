//! The connection report: the whole way to a URL, stage by stage.
mod advice;
mod issuer;
mod report;

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;
use url::Url;

use self::advice::advice;
pub use self::report::{Report, Stage, StageName};
use crate::error::chain;
use crate::trace::Trace;
use crate::{
    Credentials, Dialer, Error, Findings, ProxySettings, Route, SharedHealth, TlsTrust, Tunnel, decide,
};

/// How long the target may take for TLS, and for its answer.
const TARGET_TIME: Duration = Duration::from_secs(20);
/// Of the target's answer, this much is read at most.
const MAX_ANSWER: u64 = 16 * 1024;

/// Tries the way to `url` that `settings` and `findings` describe, and reports each stage.
///
/// It sends one `HEAD` request without any identity. A login that was refused before is not tried again: the report says
/// that the latch is closed.
pub async fn diagnose(
    settings: &ProxySettings,
    credentials: Option<&Credentials>,
    tls: &TlsTrust,
    findings: &Findings,
    url: &Url,
    health: &SharedHealth,
) -> Report {
    diagnose_watched(settings, credentials, tls, findings, url, health, |_| {}).await
}

/// As [`diagnose`], telling `seen` each stage as soon as it is over: for a person who watches.
pub async fn diagnose_watched(
    settings: &ProxySettings,
    credentials: Option<&Credentials>,
    tls: &TlsTrust,
    findings: &Findings,
    url: &Url,
    health: &SharedHealth,
    seen: impl FnMut(&Stage) + Send + 'static,
) -> Report {
    let mut trace = Trace::watched(seen);
    let way = Way { settings, credentials, tls, findings, url, health };
    let failure = way.walk(&mut trace).await.err();
    if let Some(Failure { stage, detail, .. }) = &failure {
        trace.failed(*stage, detail);
    }
    Report { ok: failure.is_none(), stages: trace.stages, advice: failure.map(|failure| failure.advice) }
}

impl Report {
    /// The report when `error` ended the way before it began, while the findings were gathered.
    #[must_use]
    pub fn of(error: &Error) -> Self {
        let mut trace = Trace::new();
        trace.failed(StageName::of(error), chain(error));
        Self { ok: false, stages: trace.stages, advice: Some(advice(error)) }
    }
}

struct Way<'a> {
    settings: &'a ProxySettings,
    credentials: Option<&'a Credentials>,
    tls: &'a TlsTrust,
    findings: &'a Findings,
    url: &'a Url,
    health: &'a SharedHealth,
}

/// Where the way ended.
struct Failure {
    stage: StageName,
    detail: String,
    advice: String,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { stage: StageName::of(&error), detail: chain(&error), advice: advice(&error) }
    }
}

impl Way<'_> {
    async fn walk(&self, trace: &mut Trace) -> Result<(), Failure> {
        self.settings.check()?;
        let dialer = Dialer::new(self.credentials, self.tls, self.health)?;
        let host = host(self.url)?;
        trace.passed(StageName::Settings, "readable");
        let now = self.health.now();
        let route = decide(self.settings, self.findings, self.url, now, &self.health.snapshot())?;
        trace.passed(StageName::Route, shown(&route));
        let port = self.url.port_or_known_default().unwrap_or(443);
        let tunnel = dialer.traced(&route, &host, port, trace).await?;
        if self.url.scheme() == "http" {
            return self.answer(tunnel, trace).await;
        }
        let stream = self.tls(tunnel, &host, trace).await?;
        self.answer(stream, trace).await
    }

    async fn tls(
        &self,
        tunnel: Tunnel,
        host: &str,
        trace: &mut Trace,
    ) -> Result<impl AsyncRead + AsyncWrite + Unpin + use<>, Failure> {
        let failure =
            |detail: String, advice: &str| Failure { stage: StageName::Tls, detail, advice: advice.into() };
        let Ok(done) = timeout(TARGET_TIME, issuer::handshake(tunnel, host, self.tls)).await else {
            return Err(failure(
                format!("{host} did not finish TLS"),
                "Try again; if this repeats, ask the operator of the proxy.",
            ));
        };
        let (connected, issuer) = done?;
        let signed = issuer.map_or(String::new(), |issuer| format!("certificate issued by {issuer}"));
        match connected {
            Ok(stream) => {
                trace.passed(StageName::Tls, signed);
                Ok(stream)
            }
            Err(error) if signed.is_empty() => {
                Err(failure(chain(&error), "The other side does not speak TLS: check the URL's port."))
            }
            Err(error) => Err(failure(
                format!("{}; {signed}", chain(&error)),
                "If that issuer is your company's inspecting proxy, add its CA file to the settings; otherwise do not trust this connection.",
            )),
        }
    }

    async fn answer<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut stream: S,
        trace: &mut Trace,
    ) -> Result<(), Failure> {
        let failure = |detail| Failure {
            stage: StageName::Answer,
            detail,
            advice: "The way is open but the server does not answer: check the URL, or try again later."
                .into(),
        };
        let asked = timeout(TARGET_TIME, head(&mut stream, self.url)).await;
        let status = asked
            .map_err(|_| failure("no answer in time".into()))?
            .map_err(|error| failure(chain(&error)))?;
        trace.passed(StageName::Answer, format!("HTTP status {status}"));
        Ok(())
    }
}

fn host(url: &Url) -> Result<String, Error> {
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(Error::HostMissing)?;
    Ok(host.trim_start_matches('[').trim_end_matches(']').to_owned())
}

fn shown(route: &Route) -> String {
    let hops: Vec<_> = route.hops.iter().map(ToString::to_string).collect();
    format!("{}; {}", hops.join(", then "), route.why)
}

/// Asks for the head of `url` and returns the status.
async fn head<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, url: &Url) -> std::io::Result<u16> {
    let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let request =
        format!("HEAD {path} HTTP/1.1\r\nHost: {authority}\r\nAccept: */*\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;
    let (mut bytes, mut stream) = (Vec::new(), stream.take(MAX_ANSWER));
    loop {
        let read = stream.read_buf(&mut bytes).await?;
        let mut headers = [httparse::EMPTY_HEADER; 0];
        let mut response = httparse::Response::new(&mut headers);
        let parsed = response.parse(&bytes);
        // Only the status matters; headers that do not fit are no error here.
        match response.code {
            Some(code) => return Ok(code),
            None if read == 0 || parsed.is_err() => {
                return Err(std::io::Error::other("the answer is not HTTP"));
            }
            None => {}
        }
    }
}
