use std::time::{Duration, Instant};

use chrono::SecondsFormat;
use reqwest::Method;
use serde::Serialize;

use super::answer::{self, Created, Device, Devices, Page, SessionState, Stated};
use super::web_api::{Group, TeamViewer, lock};
use crate::{Answer, BrokerError, Consent, SessionBroker, SessionCode, SessionLink};

/// How long a list of devices is good for.
const FRESH: Duration = Duration::from_secs(10);
/// The most pages of open sessions that are read.
const MAX_PAGES: usize = 20;

/// The body of `POST /sessions`.
#[derive(Serialize)]
struct NewSession<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    groupname: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    groupid: Option<&'a str>,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_customer: Option<EndCustomer<'a>>,
    valid_until: String,
    custom_api: String,
}

#[derive(Serialize)]
struct EndCustomer<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
}

#[derive(Serialize)]
struct NewState {
    state: &'static str,
}

impl SessionBroker for TeamViewer {
    fn open<'a>(&'a self, consent: &'a Consent) -> Answer<'a, SessionLink> {
        Box::pin(async move {
            let patient_until = Instant::now() + self.patience;
            loop {
                match self.create(consent).await {
                    // refused calls have done nothing, so asking again cannot make two sessions
                    Err(BrokerError::RateLimited { retry_after })
                        if Instant::now() + retry_after < patient_until =>
                    {
                        tokio::time::sleep(retry_after).await;
                    }
                    answer => return answer,
                }
            }
        })
    }

    fn close<'a>(&'a self, link: &'a SessionLink) -> Answer<'a, ()> {
        Box::pin(async move {
            let body = json(&NewState { state: "Closed" })?;
            match self.call(Method::PUT, &["sessions", link.code.as_str()], &[], Some(body)).await {
                Ok(_) | Err(BrokerError::NotFound) => Ok(()),
                Err(error) => Err(error),
            }
        })
    }
}

impl TeamViewer {
    async fn create(&self, consent: &Consent) -> Result<SessionLink, BrokerError> {
        let (groupname, groupid) = match &self.group {
            Group::Name(name) => (Some(name.as_str()), None),
            Group::Id(id) => (None, Some(id.as_str())),
        };
        let end_customer =
            self.customer.as_ref().map(|(name, email)| EndCustomer { name, email: email.as_deref() });
        let body = json(&NewSession {
            groupname,
            groupid,
            description: description(consent),
            end_customer,
            valid_until: consent.until().to_rfc3339_opts(SecondsFormat::Secs, true),
            custom_api: consent.request_id().to_string(),
        })?;
        answer::read::<Created>(&self.call(Method::POST, &["sessions"], &[], Some(body)).await?)?.link()
    }

    /// What became of a session.
    ///
    /// # Errors
    /// As of any call; [`BrokerError::NotFound`] for one that is not known.
    pub async fn state(&self, code: &SessionCode) -> Result<SessionState, BrokerError> {
        let body = self.call(Method::GET, &["sessions", code.as_str()], &[], None).await?;
        answer::read::<Stated>(&body).map(|stated| stated.state())
    }

    /// The codes of all open sessions of the account, over all pages; codes in a form that is not known are left out.
    ///
    /// # Errors
    /// As of any call.
    pub async fn open_sessions(&self) -> Result<Vec<SessionCode>, BrokerError> {
        let mut codes = Vec::new();
        let mut offset: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let query: Vec<_> = offset.iter().map(|offset| ("offset", offset.as_str())).collect();
            let page: Page = answer::read(&self.call(Method::GET, &["sessions"], &query, None).await?)?;
            let last = page.sessions.last().map(|listed| listed.code.clone());
            codes.extend(page.sessions.iter().filter_map(|listed| SessionCode::new(&listed.code).ok()));
            // an offset is the code after which the next page begins
            let next = page.next_offset.or(last.filter(|_| page.sessions_remaining > 0));
            if next.is_none() || next == offset {
                break;
            }
            offset = next;
        }
        Ok(codes)
    }

    /// What the account knows about a computer; good for 10 s, within which the API is not asked again. Far too slow
    /// to say whether it is there: for that ask the computer.
    ///
    /// # Errors
    /// As of any call.
    pub async fn devices(&self, remotecontrol_id: &str) -> Result<Vec<Device>, BrokerError> {
        if let Some((id, read, devices)) = &*lock(&self.devices)
            && id == remotecontrol_id
            && read.elapsed() < FRESH
        {
            return Ok(devices.clone());
        }
        let query = [("remotecontrol_id", remotecontrol_id)];
        let body = self.call(Method::GET, &["devices"], &query, None).await?;
        let Devices { devices } = answer::read(&body)?;
        *lock(&self.devices) = Some((remotecontrol_id.to_owned(), Instant::now(), devices.clone()));
        Ok(devices)
    }
}

/// What the supporter reads about the session: the API itself cannot limit what he may do.
fn description(consent: &Consent) -> String {
    let scopes: Vec<&str> = consent.scopes().iter().map(crate::Scope::name).collect();
    let allowed = scopes.join(", ");
    format!("{} {}: allowed is {allowed}", consent.ticket(), consent.requester_name()).trim().to_owned()
}

fn json(body: &impl Serialize) -> Result<Vec<u8>, BrokerError> {
    serde_json::to_vec(body).map_err(|source| BrokerError::Malformed(Some(source.into())))
}
