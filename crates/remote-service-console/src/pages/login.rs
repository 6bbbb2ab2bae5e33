//! Logging in and out. A sample for products: the login screen is where an expired license is told.
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use askama::Template;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{Extensions, HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use remote_service::license::Place;
use secrecy::{ExposeSecret as _, SecretString};

use crate::console::Site;
use crate::entrance::Guest;
use crate::form::{CSRF, Fields, Form, is_foreign, same};
use crate::frame::Outer;
use crate::live::{NoticeView, notices};
use crate::page::{Failure, page};
use crate::session::Session;
use crate::{User, cookies, random};

/// The longest name and password that are looked at, in bytes.
const LONGEST: usize = 256;

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    frame: Outer,
    csrf: &'a str,
    name: &'a str,
    problem: Option<String>,
    notices: Vec<NoticeView>,
}

/// The login form.
pub(super) async fn form(State(site): State<Arc<Site>>, guest: Guest) -> Result<Response, Failure> {
    login_page(&site, &guest, StatusCode::OK, "", None)
}

fn login_page(
    site: &Site,
    guest: &Guest,
    status: StatusCode,
    name: &str,
    problem: Option<String>,
) -> Result<Response, Failure> {
    let csrf = random::secret()?;
    let notices = notices(&guest.words, &site.running.snapshot().notices_for(Place::Login, site.now()));
    let frame = Outer::new(site, guest);
    let mut response = page(status, &LoginPage { frame, csrf: &csrf, name, problem, notices });
    cookies::set(response.headers_mut(), cookies::LOGIN, &csrf);
    Ok(response)
}

/// Opens a session of a fresh number, whatever cookie came along, and ends the one before.
pub(super) async fn log_in(
    State(site): State<Arc<Site>>,
    guest: Guest,
    extensions: Extensions,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let fields = Fields::read(&body);
    let expected = cookies::get(&headers, cookies::LOGIN).unwrap_or_default();
    if is_foreign(&headers) || !same(fields.text(CSRF), expected) {
        return Err(Failure::NotOurs);
    }
    let name = fields.text("name");
    let password = fields.secret("password").unwrap_or_default();
    let user = match verdict(&site, &extensions, name, password).await {
        Verdict::Welcome(user) => user,
        Verdict::Wrong => {
            let problem = Some(guest.words.say("login-wrong"));
            return login_page(&site, &guest, StatusCode::UNAUTHORIZED, name, problem);
        }
        Verdict::Locked(wait) => {
            let seconds = wait.as_secs() + 1;
            let problem = Some(guest.words.count("login-locked", seconds));
            let mut response = login_page(&site, &guest, StatusCode::TOO_MANY_REQUESTS, name, problem)?;
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            return Ok(response);
        }
    };
    if let Some(before) = &guest.visitor {
        before.close(&site);
    }
    let cookie = random::secret()?;
    let session = Session::new(user, random::secret()?, false, Instant::now());
    site.sessions().open(&cookie, session);
    let mut response = Redirect::to(&format!("{}/", site.base)).into_response();
    cookies::set(response.headers_mut(), cookies::SESSION, &cookie);
    cookies::set(response.headers_mut(), cookies::LOGIN, "");
    Ok(response)
}

enum Verdict {
    Welcome(User),
    Wrong,
    Locked(Duration),
}

/// Asks the authenticator, unless there were too many wrong answers for the name or from the address.
async fn verdict(site: &Arc<Site>, extensions: &Extensions, name: &str, password: SecretString) -> Verdict {
    if name.is_empty() || name.len() > LONGEST || password.expose_secret().len() > LONGEST {
        return Verdict::Wrong;
    }
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let mut subjects = vec![format!("as {}", name.to_lowercase())];
    subjects.extend(peer.and_then(origin).map(|origin| format!("from {origin}")));
    // Nobody is let through while others are being verified: guesses come one after the other.
    let _turn = site.passwords.acquire().await;
    if let Some(wait) = site.throttle().locked_for(&subjects, Instant::now()) {
        return Verdict::Locked(wait);
    }
    let (authenticator, asked) = (site.authenticator.clone(), name.to_owned());
    let found = tokio::task::spawn_blocking(move || authenticator.log_in(&asked, &password)).await;
    match found.ok().flatten() {
        Some(user) => {
            site.throttle().forgive(&subjects[0]);
            tracing::info!(user = user.name, "logged in to the console");
            Verdict::Welcome(user)
        }
        None => {
            site.throttle().failed(&subjects, Instant::now());
            tracing::warn!(peer = ?peer, "login to the console refused");
            Verdict::Wrong
        }
    }
}

/// Where failures are counted: an address, or the network of 64 bits that one IPv6 subscriber has. A proxy on this computer
/// is nobody: all people come from there, and one who guesses would lock out the others.
fn origin(peer: IpAddr) -> Option<String> {
    match peer.to_canonical() {
        peer if peer.is_loopback() => None,
        IpAddr::V4(peer) => Some(peer.to_string()),
        IpAddr::V6(peer) => Some(format!("{:x?}", &peer.segments()[..4])),
    }
}

/// Ends the session.
pub(super) async fn log_out(State(site): State<Arc<Site>>, form: Form) -> Response {
    form.visitor.close(&site);
    let mut response = Redirect::to(&format!("{}/login", site.base)).into_response();
    cookies::set(response.headers_mut(), cookies::SESSION, "");
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_are_counted_per_subscriber_and_not_for_a_proxy_in_front() {
        let of = |peer: &str| origin(peer.parse().unwrap());
        for peer in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(of(peer), None, "{peer}");
        }
        assert_eq!(of("192.0.2.7"), of("::ffff:192.0.2.7"));
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
        assert_eq!(of("2001:db8:1:2::7"), of("2001:db8:1:2:ffff::8"));
        assert_ne!(of("2001:db8:1:2::7"), of("2001:db8:1:3::7"));
    }
}
