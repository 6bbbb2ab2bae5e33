use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::{BrokerError, SessionCode, SessionLink};

/// What became of a session at the provider.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// Its code can be used.
    Open,
    /// It was closed.
    Closed,
    /// Its time is over.
    Expired,
    /// A state that is not known here.
    Other,
}

impl SessionState {
    /// Reads the state's name without regard to case: the API writes it in several ways.
    fn named(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "open" => Self::Open,
            "closed" => Self::Closed,
            "expired" => Self::Expired,
            _ => Self::Other,
        }
    }
}

/// A computer that the account knows. Fields may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Device {
    /// The API's name of it.
    pub device_id: Option<String>,
    /// TeamViewer's name of it, `r` and digits.
    pub remotecontrol_id: Option<String>,
    /// Its name for people.
    pub alias: Option<String>,
    online_state: Option<String>,
}

impl Device {
    /// Whether it is online; `None` when the API does not say.
    pub fn is_online(&self) -> Option<bool> {
        self.online_state.as_deref().map(|state| state.eq_ignore_ascii_case("online"))
    }
}

#[derive(Deserialize)]
pub(super) struct Ping {
    pub(super) token_valid: bool,
}

#[derive(Deserialize)]
pub(super) struct Devices {
    #[serde(default)]
    pub(super) devices: Vec<Device>,
}

/// One page of open sessions.
#[derive(Deserialize)]
pub(super) struct Page {
    #[serde(default)]
    pub(super) sessions: Vec<Listed>,
    #[serde(default)]
    pub(super) sessions_remaining: u64,
    pub(super) next_offset: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Listed {
    pub(super) code: String,
}

#[derive(Deserialize)]
pub(super) struct Stated {
    state: String,
}

impl Stated {
    pub(super) fn state(&self) -> SessionState {
        SessionState::named(&self.state)
    }
}

/// A new session. More fields come, these can be relied on.
#[derive(Deserialize)]
pub(super) struct Created {
    code: String,
    end_customer_link: String,
    supporter_link: String,
}

impl Created {
    /// Links that are none are refused: they are shown to people, who click on them.
    pub(super) fn link(self) -> Result<SessionLink, BrokerError> {
        let code =
            SessionCode::new(&self.code).map_err(|source| BrokerError::Malformed(Some(source.into())))?;
        let web =
            |link: &str| Url::parse(link).is_ok_and(|url| url.scheme() == "https" && link.len() <= 2000);
        if !web(&self.end_customer_link) || !web(&self.supporter_link) {
            return Err(BrokerError::Malformed(None));
        }
        let Self { end_customer_link, supporter_link, .. } = self;
        Ok(SessionLink { code, end_customer_link, supporter_link })
    }
}

/// What an answer's status and body say went wrong; `retry_after` for the provider's "too many".
pub(super) enum Problem {
    TooMany,
    Error(BrokerError),
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// Reads an answer that is no success. Its body may be anything, HTML for example.
pub(super) fn problem(status: u16, body: &[u8]) -> Problem {
    let named = serde_json::from_slice::<Refusal>(body).map(|refusal| refusal.error).unwrap_or_default();
    let error = match (status, named.as_str()) {
        (407, _) => BrokerError::ProxyLogin,
        (429, _) | (_, "rate_limit_reached" | "too_many_retries") => return Problem::TooMany,
        (401, _) | (_, "invalid_token" | "token_expired" | "invalid_client" | "wrong_credentials") => {
            BrokerError::Token
        }
        (403, _) | (_, "invalid_permission") => BrokerError::Permission,
        (404, _) | (_, "not_found") => BrokerError::NotFound,
        (500.., _) | (_, "internal_error") => BrokerError::Server { status },
        _ => BrokerError::Refused { code: code_of(&named).unwrap_or_else(|| format!("http_{status}")) },
    };
    Problem::Error(error)
}

/// The provider's own error code, where it looks like one.
fn code_of(named: &str) -> Option<String> {
    let harmless = named.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    (harmless && (1..=40).contains(&named.len())).then(|| named.to_owned())
}

/// Reads the JSON of a success.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, BrokerError> {
    serde_json::from_slice(body).map_err(|source| BrokerError::Malformed(Some(source.into())))
}
