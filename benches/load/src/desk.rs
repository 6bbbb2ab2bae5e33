//! A help-desk user with a browser: logs in, and looks at a page of installations.
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use reqwest::{Response, StatusCode};

use crate::office::{Office, PASSWORD, USER};

/// The manual's bound.
const BOUND: Duration = Duration::from_secs(5);

/// How long it took until RDP and VPN stood in every row, from the request of the page and from the login.
pub(crate) struct Look {
    pub(crate) page: Duration,
    pub(crate) login: Duration,
}

/// Logs in anew and looks at page `number`, which nobody has looked at before.
pub(crate) async fn look(office: &Office, number: usize) -> Look {
    let url = |path: &str| office.base.join(path).expect("a URL");
    let form = office.http.get(url("/login")).send().await.expect("a form");
    let before = cookie(&form);
    let form = form.text().await.expect("a form");
    let (_, rest) = form.split_once("name=\"csrf\" value=\"").expect("a hidden field");
    let csrf = rest.split('"').next().unwrap_or_default();
    let fields = [("csrf", csrf), ("name", USER), ("password", PASSWORD)];
    let body = reqwest::Url::parse_with_params("http://form", fields).expect("fields");
    let login = Instant::now();
    let request = office.http.post(url("/login")).header(COOKIE, before);
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let welcome = request.body(body.query().unwrap_or_default().to_owned()).send().await.expect("an answer");
    assert_eq!(welcome.status(), StatusCode::SEE_OTHER, "no login");
    let session = cookie(&welcome);
    let page = Instant::now();
    // The page itself, and then the rows as its script asks for them, until all are there.
    let mut path = format!("/?page={number}");
    loop {
        let answer = office.http.get(url(&path)).header(COOKIE, &session).send().await.expect("a page");
        let html = answer.text().await.expect("a page");
        let count = |text: &str| html.matches(text).count();
        let rows = count("<th scope=\"row\"");
        assert!(rows > 0, "an empty page {number}");
        if count(">RDP<") == rows && count(">VPN<") == rows {
            return Look { page: page.elapsed(), login: login.elapsed() };
        }
        assert!(login.elapsed() < BOUND, "no RDP and VPN in {} of {rows} rows", rows - count(">RDP<"));
        path = format!("/installations?page={number}");
    }
}

/// The first cookie that an answer sets.
fn cookie(answer: &Response) -> String {
    let set = answer.headers().get(SET_COOKIE).expect("a cookie").to_str().expect("a cookie");
    set.split(';').next().unwrap_or_default().to_owned()
}
