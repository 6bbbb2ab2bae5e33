//! A ready-made HTTP client for one route.
use std::sync::Arc;

use secrecy::ExposeSecret;

use crate::{Credentials, Dialer, Error, Hop, HopLogin, Relay, Route, SharedHealth, TlsTrust};

/// An HTTP client whose connections take one [`Route`]. It keeps the relay alive that the route may need: keep it as
/// long as the clients that it hands out.
#[derive(Clone, Debug)]
pub struct HttpClient {
    client: reqwest::Client,
    relay: Option<Arc<Relay>>,
}

impl HttpClient {
    /// The client. It follows no redirects.
    #[must_use]
    pub fn client(&self) -> reqwest::Client {
        self.client.clone()
    }

    /// Why the newest connection attempt failed at the proxy, in types that `reqwest` has no room for; `None` when it
    /// did not fail there, and on a direct way.
    #[must_use]
    pub fn last_proxy_error(&self) -> Option<Arc<Error>> {
        self.relay.as_ref()?.last_error()
    }
}

/// Makes an HTTP client that takes `route`, with `credentials` where it asks for a password.
///
/// A direct way is `reqwest`'s own; everything else goes through a [`Relay`], which says in types what went wrong.
///
/// # Errors
/// [`Error::PasswordMissing`], [`Error::Trust`], [`Error::Start`].
pub async fn client(
    route: &Route,
    credentials: Option<&Credentials>,
    tls: &TlsTrust,
    health: &SharedHealth,
) -> Result<HttpClient, Error> {
    let failed = |error: reqwest::Error| Error::Start { what: "the HTTP client", source: error.into() };
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls.client_config()?)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    if let [Hop::Direct] = &*route.hops {
        return Ok(HttpClient { client: builder.build().map_err(failed)?, relay: None });
    }
    let wants_password = |hop: &Hop| matches!(hop, Hop::Proxy { login: HopLogin::Password, .. });
    if credentials.is_none() && route.hops.iter().any(wants_password) {
        return Err(Error::PasswordMissing);
    }
    let relay = Relay::start(Dialer::new(credentials, tls, health)?, route.clone()).await?;
    let Credentials { user, password, .. } = relay.credentials();
    let proxy = reqwest::Proxy::all(relay.url()).map_err(failed)?.basic_auth(&user, password.expose_secret());
    let client = builder.proxy(proxy).build().map_err(failed)?;
    Ok(HttpClient { client, relay: Some(relay.into()) })
}
