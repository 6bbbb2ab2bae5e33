//! What the report looks like.
use std::fmt;

use serde::Serialize;

use crate::Error;

/// What happened on the way to a URL, stage by stage, in order. Never contains a secret.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Whether the URL answered.
    pub ok: bool,
    /// The stages that were reached. A failed one that is not the last was got around by another hop.
    pub stages: Vec<Stage>,
    /// What to do about the stage that failed; none when all is well.
    pub advice: Option<String>,
}

/// One stage of a [`Report`].
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Stage {
    /// Which stage.
    pub stage: StageName,
    /// Whether it went well.
    pub ok: bool,
    /// How long it took, in whole milliseconds.
    pub ms: u64,
    /// What was seen.
    pub detail: String,
}

/// The stages, in the order in which they are passed.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StageName {
    /// The settings can be read.
    Settings,
    /// A way out was chosen.
    Route,
    /// The proxy's name (or the target's, on a direct way) has an address.
    Name,
    /// The proxy (or the target) answers on its port.
    Reach,
    /// What the proxy offers for a login, and what we take.
    Scheme,
    /// The proxy accepted us.
    Login,
    /// The proxy connected us to the target.
    Tunnel,
    /// The proxy reaches the target; told only when it does not.
    Target,
    /// TLS with the target; the issuer of its certificate is named.
    Tls,
    /// The target answered.
    Answer,
}

impl StageName {
    /// The stage that `error` ends.
    #[must_use]
    pub fn of(error: &Error) -> Self {
        match error {
            Error::AddressMissing
            | Error::BadAddress { .. }
            | Error::BadBypass { .. }
            | Error::UserMissing
            | Error::PasswordMissing
            | Error::Trust { .. } => Self::Settings,
            Error::HostMissing
            | Error::NoWayOut
            | Error::Script { .. }
            | Error::ScriptStopped { .. }
            | Error::ScriptTooLong { .. }
            | Error::ScriptAnswer { .. }
            | Error::ScriptUnavailable { .. } => Self::Route,
            Error::NameNotFound { .. } => Self::Name,
            Error::Unreachable { .. } | Error::ProxyTls { .. } => Self::Reach,
            Error::LoginNeeded { .. } | Error::NoCommonScheme { .. } => Self::Scheme,
            Error::LoginRefused { .. } | Error::LatchClosed { .. } => Self::Login,
            Error::TargetUnreachable { .. } => Self::Target,
            Error::Silent { .. }
            | Error::Closed { .. }
            | Error::NotAProxy { .. }
            | Error::TunnelRefused { .. }
            | Error::TunnelsOnly
            | Error::Start { .. } => Self::Tunnel,
        }
    }
}

impl fmt::Display for StageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Settings => "settings",
            Self::Route => "route",
            Self::Name => "name",
            Self::Reach => "reach",
            Self::Scheme => "scheme",
            Self::Login => "login",
            Self::Tunnel => "tunnel",
            Self::Target => "target",
            Self::Tls => "tls",
            Self::Answer => "answer",
        })
    }
}

impl fmt::Display for Report {
    /// One line a stage, then the advice.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Stage { stage, ok, ms, detail } in &self.stages {
            let outcome = if *ok { "ok    " } else { "FAILED" };
            writeln!(f, "{:<9} {outcome} {ms:>6} ms  {detail}", stage.to_string())?;
        }
        match &self.advice {
            Some(advice) => write!(f, "what to do: {advice}"),
            None => write!(f, "everything works"),
        }
    }
}
