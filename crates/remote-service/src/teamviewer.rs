//! TeamViewer, as the settings name it at the moment of a call, by the same way out as every other call.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use proxy_config::HttpClient;
use remote_assistance::teamviewer::{Group, TeamViewer, TeamViewerClient};
use remote_assistance::{Answer, BrokerError, Consent, SessionBroker, SessionLink};
use url::Url;

use crate::gatehouse::RemoteDesktop;
use crate::settings::{Settings, secret};
use crate::shared::Shared;
use crate::way::Way;

/// Where the Web API is, for the way to it.
const API: &str = "https://webapi.teamviewer.com/";
/// The group that sessions are made in when the settings name none; it is made when missing.
const GROUP: &str = "Remote Service";
/// Where QuickSupport is looked for.
const ROOT: &str = if cfg!(windows) { "C:\\" } else { "/" };

/// Both sides of TeamViewer. The place of its program is read once, at the start.
pub(crate) fn remote_desktop(shared: &Arc<Shared>) -> RemoteDesktop {
    let client = TeamViewerClient::find(Path::new(ROOT), shared.dir.root().join("client"));
    let client = match &shared.settings().teamviewer.client_path {
        Some(program) => client.quick_support(program.clone()),
        None => client,
    };
    RemoteDesktop {
        client: Box::new(client),
        broker: Arc::new(Cloud { shared: shared.clone(), known: Mutex::default() }),
    }
}

/// TeamViewer's Web API by the settings in force.
struct Cloud {
    shared: Arc<Shared>,
    /// Kept while the settings are the same: its pace must outlast a call.
    known: Mutex<Option<(Arc<Settings>, Arc<Api>)>>,
}

struct Api {
    /// Holds the way out open.
    _http: HttpClient,
    api: TeamViewer,
}

impl Cloud {
    async fn api(&self) -> Result<Arc<Api>, BrokerError> {
        let settings = self.shared.settings();
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, api)) = known.filter(|(of, _)| Arc::ptr_eq(of, &settings)) {
            return Ok(api);
        }
        let transport = |error: Box<dyn std::error::Error + Send + Sync>| BrokerError::Transport(error);
        let secrets = &self.shared.secrets;
        let token = secrets.get(secret::TEAMVIEWER_TOKEN).map_err(|error| transport(error.into()))?;
        let token = token.ok_or(BrokerError::Token)?;
        let password = secrets.get(secret::PROXY_PASSWORD).map_err(|error| transport(error.into()))?;
        let way = Way::new(&settings, password).map_err(|error| transport(error.into()))?;
        let url = Url::parse(API).map_err(|error| transport(error.into()))?;
        let Shared { finder, health, .. } = &*self.shared;
        let http = way.client(&url, finder, health).await.map_err(|error| transport(error.into()))?;
        let group = settings.teamviewer.group.clone().unwrap_or_else(|| GROUP.to_owned());
        let api = TeamViewer::new(http.client(), token, Group::Name(group));
        let api = Arc::new(Api { api: api.map_err(|error| transport(error.into()))?, _http: http });
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((settings, api.clone()));
        Ok(api)
    }
}

impl SessionBroker for Cloud {
    fn open<'a>(&'a self, consent: &'a Consent) -> Answer<'a, SessionLink> {
        Box::pin(async move { self.api().await?.api.open(consent).await })
    }

    fn close<'a>(&'a self, link: &'a SessionLink) -> Answer<'a, ()> {
        Box::pin(async move { self.api().await?.api.close(link).await })
    }
}

#[cfg(test)]
mod tests {
    use remote_assistance::SessionCode;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::{Product, RemoteService, StateDir};

    #[tokio::test]
    async fn sessions_are_made_through_the_configured_proxy_and_only_with_a_token() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut settings = Settings::default();
        settings.proxy.mode = proxy_config::Mode::Manual;
        settings.proxy.address = Some(proxy.local_addr().unwrap().to_string());
        let key = signed_envelope::SigningKey::generate().unwrap().public();
        let service = RemoteService::builder(StateDir::open(folder.path()).unwrap())
            .product(Product::new("PRISMAdirect", "1.4.0").unwrap())
            .trusted_keys(key.into())
            .settings(settings)
            .teamviewer()
            .build()
            .unwrap();
        let broker = remote_desktop(&service.shared).broker;
        let link = SessionLink {
            code: SessionCode::new("s12-345-678").unwrap(),
            end_customer_link: String::new(),
            supporter_link: String::new(),
        };
        assert!(matches!(broker.close(&link).await, Err(BrokerError::Token)));

        let token = "token-of-a-customer".into();
        service.shared.secrets.0.set(secret::TEAMVIEWER_TOKEN, &token).unwrap();
        let asked = async {
            let (mut caller, _) = proxy.accept().await.unwrap();
            let mut head = [0; 1024];
            let read = caller.read(&mut head).await.unwrap();
            caller.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").await.unwrap();
            String::from_utf8_lossy(&head[..read]).into_owned()
        };
        let (outcome, asked) = tokio::join!(broker.close(&link), asked);
        assert!(asked.starts_with("CONNECT webapi.teamviewer.com:443 HTTP/1.1\r\n"), "{asked}");
        assert!(!asked.contains("token"), "the token is for TeamViewer alone: {asked}");
        assert!(outcome.is_err());
    }
}
