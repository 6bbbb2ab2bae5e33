mod api;
mod faults;

use std::time::Duration;

use mockito::{Mock, Server, ServerGuard};
use secrecy::SecretString;
use url::Url;

use super::*;
use crate::{BrokerError, Consent, RequestId, SessionBroker, SessionCode, contract};

const TOKEN: &str = "5612-tokentokentoken";
/// What `POST /sessions` answers, with more fields than can be relied on.
const CREATED: &str = r#"{"code":"s12-345-678","supporter_link":"https://get.teamviewer.com/v15/s12345678-sup",
    "end_customer_link":"https://get.teamviewer.com/v15/s12345678","state":"Open","valid_until":"2026-06-02T10:00:00Z"}"#;

/// A server that stands in for TeamViewer's, and the API at its address.
async fn api() -> (ServerGuard, TeamViewer) {
    let server = Server::new_async().await;
    let api = api_at(&server.url());
    (server, api)
}

fn api_at(url: &str) -> TeamViewer {
    // several tests of one process: the first one wins, and that is fine
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let base = Url::parse(&format!("{url}/api/v1")).unwrap();
    TeamViewer::new(http, SecretString::from(TOKEN), Group::Name("PRISMAdirect".to_owned()))
        .unwrap()
        .base(base)
        .timing(Duration::from_secs(5), Duration::ZERO)
}

fn consent() -> Consent {
    contract::consent(RequestId::from_bytes([1; 16])).unwrap()
}

fn code() -> SessionCode {
    SessionCode::new("s12-345-678").unwrap()
}

/// One call with this answer, and no second one.
async fn answer(server: &mut ServerGuard, method: &str, path: &str, status: usize, body: &str) -> Mock {
    server
        .mock(method, path)
        .match_header("authorization", format!("Bearer {TOKEN}").as_str())
        .with_status(status)
        .with_body(body)
        .expect(1)
        .create_async()
        .await
}
