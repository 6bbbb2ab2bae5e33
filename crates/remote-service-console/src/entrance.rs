//! Who sends a request, and in which language the answer is to be.
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{FromRequestParts, OriginalUri, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use remote_service::assistance::LocalUser;
use secrecy::{ExposeSecret as _, SecretString};

use crate::console::Site;
use crate::page::{self, Failure};
use crate::session::Session;
use crate::words::Words;
use crate::{User, cookies, random};

/// Whoever sends the request, signed in or not.
#[derive(Clone)]
pub(crate) struct Guest {
    pub(crate) words: Arc<Words>,
    /// Where the request went, as the browser sees it.
    pub(crate) path: String,
    pub(crate) visitor: Option<Visitor>,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) user: User,
    /// What every form of this session carries.
    pub(crate) csrf: String,
    /// Signed in with the product, so logging out is there too.
    pub(crate) is_products: bool,
    cookie: SecretString,
}

impl Visitor {
    fn new(session: Session, cookie: &str) -> Self {
        let Session { user, csrf, is_products, .. } = session;
        Self { user, csrf, is_products, cookie: cookie.to_owned().into() }
    }

    /// The visitor as somebody who may answer for the customer: by the session, which may have ended meanwhile.
    pub(crate) fn local_user(&self, site: &Site) -> Result<LocalUser, Failure> {
        LocalUser::authenticate(site, &self.cookie).ok_or(Failure::NotAllowed)
    }

    pub(crate) fn close(&self, site: &Site) {
        site.sessions().close(self.cookie.expose_secret());
    }
}

/// Around every page: finds out who asks, and gives failures words.
pub(crate) async fn entrance(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Response {
    let words = site.catalog.choose(request.headers());
    let path =
        request.extensions().get::<OriginalUri>().map_or_else(String::new, |uri| uri.path().to_owned());
    let (visitor, opened) = match recognise(&site, request.headers()) {
        Ok(found) => found,
        Err(failure) => return page::failure(&site, &Guest { words, path, visitor: None }, failure),
    };
    let guest = Guest { words, path, visitor };
    request.extensions_mut().insert(guest.clone());
    let mut response = next.run(request).await;
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        response = page::failure(&site, &guest, failure);
    }
    if let Some(cookie) = opened {
        cookies::set(response.headers_mut(), cookies::SESSION, &cookie);
    }
    response
}

/// The session of the request. The product's word goes before ours; who comes from there gets a session, so that the
/// forms are protected. The second value is the cookie of a session that was opened now.
fn recognise(site: &Site, headers: &HeaderMap) -> Result<(Option<Visitor>, Option<String>), Failure> {
    let now = Instant::now();
    let cookie = cookies::get(headers, cookies::SESSION).unwrap_or_default();
    let known = site.sessions().find(cookie, now);
    match (known, site.authenticator.signed_in(headers)) {
        (Some(session), Some(user)) if session.is_products && session.user == user => {
            Ok((Some(Visitor::new(session, cookie)), None))
        }
        (_, Some(user)) => {
            let cookie = random::secret()?;
            let session = Session::new(user, random::secret()?, true, now);
            site.sessions().open(&cookie, session.clone());
            Ok((Some(Visitor::new(session, &cookie)), Some(cookie)))
        }
        (Some(session), None) if !session.is_products => Ok((Some(Visitor::new(session, cookie)), None)),
        (_, None) => Ok((None, None)),
    }
}

/// Lets everybody pass who is signed in; others are sent to log in.
pub(crate) async fn signed_in(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    match visitor(&request) {
        Some(_) => next.run(request).await,
        // A script that looks for news is told, and not led to a page that it would show.
        None if request.method() == Method::GET && !request.headers().contains_key("x-requested-by") => {
            let own = || format!("{}/login", site.base);
            Redirect::to(&site.authenticator.login_page().unwrap_or_else(own)).into_response()
        }
        None => Failure::SignedOut.into_response(),
    }
}

/// Lets those pass who may let somebody in.
pub(crate) async fn may_allow(request: Request, next: Next) -> Response {
    match visitor(&request) {
        Some(visitor) if visitor.user.role.allows_assistance() => next.run(request).await,
        _ => Failure::NotAllowed.into_response(),
    }
}

/// Lets administrators pass.
pub(crate) async fn administers(request: Request, next: Next) -> Response {
    match visitor(&request) {
        Some(visitor) if visitor.user.role.administers() => next.run(request).await,
        _ => Failure::NotAllowed.into_response(),
    }
}

fn visitor(request: &Request) -> Option<&Visitor> {
    request.extensions().get::<Guest>()?.visitor.as_ref()
}

impl<S: Sync> FromRequestParts<S> for Guest {
    type Rejection = Failure;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, Failure> {
        head.extensions.get::<Self>().cloned().ok_or(Failure::Broken)
    }
}

impl Guest {
    /// The guest as the visitor that [`signed_in`] let pass.
    pub(crate) fn visitor(&self) -> Result<&Visitor, Failure> {
        self.visitor.as_ref().ok_or(Failure::SignedOut)
    }
}
