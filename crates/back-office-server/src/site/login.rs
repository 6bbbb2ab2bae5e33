//! Logging in and out.
use std::net::IpAddr;
use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use tokio::sync::Semaphore;

use super::fields::{CSRF, Fields, Form, is_foreign, same};
use super::page::{Failure, page};
use super::session::{self, COOKIE, set_cookie};
use crate::accept::Peer;
use crate::administration::accounts;
use crate::office::Office;
use crate::{clock, random, throttle};

/// Holds what the login form must bring back: a page of another site cannot know it.
const LOGIN_COOKIE: &str = "__Host-login";
/// Nobody's password: verified for names that do not exist, so that they take as long.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$mIXXuFcsH8TsxImYSTZEQ4M7CxuyQiQDVWCw1jGwZAg";

/// Passwords that are verified at the same time: each takes 19 MiB and a core.
#[derive(Debug)]
pub(crate) struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(2)))
    }
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    csrf: &'a str,
    name: &'a str,
    problem: Option<String>,
}

/// The login form.
pub(super) async fn form() -> Result<Response, Failure> {
    login_page(StatusCode::OK, "", None)
}

fn login_page(status: StatusCode, name: &str, problem: Option<String>) -> Result<Response, Failure> {
    let csrf = random::secret()?;
    let mut response = page(status, &LoginPage { csrf: &csrf, name, problem });
    response.headers_mut().extend(set_cookie(LOGIN_COOKIE, &csrf).map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// Opens a session of a fresh number, whatever cookie came along, and ends the one before.
pub(super) async fn log_in(
    State(office): State<Arc<Office>>,
    Extension(Peer(peer)): Extension<Peer>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let fields = Fields::read(&body);
    let expected = session::cookie(&headers, LOGIN_COOKIE).unwrap_or_default();
    if is_foreign(&headers) || !same(fields.text(CSRF), expected) {
        return Err(Failure::not_ours());
    }
    let (name, now) = (fields.text("name"), clock::now());
    let account = match in_turn(&office, peer, &fields, now).await? {
        Verdict::Welcome { account } => account,
        Verdict::Locked { seconds } => {
            let problem = format!("Too many failed attempts. Try again in {seconds} s.");
            let mut response = login_page(StatusCode::TOO_MANY_REQUESTS, name, Some(problem))?;
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            return Ok(response);
        }
        Verdict::Wrong => {
            let problem = "The name or the password is not right.".to_owned();
            return login_page(StatusCode::UNAUTHORIZED, name, Some(problem));
        }
    };
    if let Some(before) = session::cookie(&headers, COOKIE) {
        session::close(&office.store, before).await?;
    }
    let cookie = session::open(&office.store, &account, now).await?;
    let cookies = [set_cookie(COOKIE, &cookie), set_cookie(LOGIN_COOKIE, "")];
    let mut response = Redirect::to("/").into_response();
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

enum Verdict {
    Welcome { account: String },
    Wrong,
    Locked { seconds: u64 },
}

/// One turn for all of it: of guesses made at the same time, no more get by than there are turns. And a task of its own:
/// who hangs up is counted too, and leaves no hash at work whose turn is over.
async fn in_turn(
    office: &Arc<Office>,
    peer: IpAddr,
    fields: &Fields,
    now: DateTime<Utc>,
) -> Result<Verdict, Failure> {
    let (name, password) = (accounts::folded(fields.text("name")), fields.text("password"));
    if name.len() > accounts::LONGEST || password.len() > accounts::LONGEST {
        return Ok(Verdict::Wrong);
    }
    let password = SecretString::from(password.to_owned());
    let turn = office.passwords.0.clone().acquire_owned().await;
    let office = office.clone();
    let judged = tokio::spawn(async move {
        let _turn = turn;
        account(&office, peer, &name, password, now).await
    });
    judged.await.unwrap_or(Ok(Verdict::Wrong))
}

async fn account(
    office: &Office,
    peer: IpAddr,
    name: &str,
    password: SecretString,
    now: DateTime<Utc>,
) -> Result<Verdict, Failure> {
    let subjects = [format!("login as {name}"), format!("login from {peer}")];
    if let Some(until) = throttle::locked_until(&office.store, &subjects, now).await? {
        return Ok(Verdict::Locked { seconds: (until - now).num_seconds().unsigned_abs() + 1 });
    }
    let found: Option<(String, String)> =
        sqlx::query_as("SELECT id, password_hash FROM account WHERE folded_name = $1")
            .bind(name)
            .fetch_optional(office.store.read())
            .await?;
    let (account, hash) = match found {
        Some((account, hash)) => (Some(account), hash),
        None => (None, NOBODY.to_owned()),
    };
    let is_right = accounts::verify(hash, password).await;
    match account.filter(|_| is_right) {
        Some(account) => {
            throttle::forgive(&office.store, &subjects[0]).await?;
            Ok(Verdict::Welcome { account })
        }
        None => {
            throttle::failed(&office.store, &subjects, now).await?;
            Ok(Verdict::Wrong)
        }
    }
}

/// Ends the session.
pub(super) async fn log_out(
    State(office): State<Arc<Office>>,
    headers: HeaderMap,
    _: Form,
) -> Result<Response, Failure> {
    if let Some(cookie) = session::cookie(&headers, COOKIE) {
        session::close(&office.store, cookie).await?;
    }
    let mut response = Redirect::to("/login").into_response();
    response.headers_mut().extend(set_cookie(COOKIE, "").map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}
