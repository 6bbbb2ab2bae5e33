//! Somebody who visits a web site, as a browser does that runs no scripts.

use std::collections::BTreeMap;

use reqwest::Response;
use reqwest::header::{COOKIE, SET_COOKIE};
use url::Url;
use url::form_urlencoded::Serializer;

/// A visitor of a site whose forms carry a hidden field `csrf`.
#[derive(Debug)]
pub struct Visitor {
    http: reqwest::Client,
    base: Url,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    /// Comes to the site at `base`, which ends with a slash.
    pub fn new(http: reqwest::Client, base: Url) -> Self {
        Self { http, base, cookies: BTreeMap::new() }
    }

    /// Fills in the login form, and says where it leads.
    pub async fn log_in(&mut self, name: &str, password: &str) -> String {
        let csrf = self.csrf("login").await;
        self.post("login", &[("csrf", &csrf), ("name", name), ("password", password)]).await
    }

    /// The text of a page, such as `installations/ID`.
    pub async fn page(&mut self, path: &str) -> String {
        let request = self.http.get(self.url(path)).header(COOKIE, self.cookie());
        self.take(request.send().await.expect("an answer")).await
    }

    /// What the form on a page must bring back.
    pub(crate) async fn csrf(&mut self, path: &str) -> String {
        let text = self.page(path).await;
        let (_, rest) = text.split_once("name=\"csrf\" value=\"").expect("a page with a form");
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    /// Sends a form, and returns where it leads.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self
            .http
            .post(self.url(path))
            .header(COOKIE, self.cookie())
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 303, "{path}");
        let location = response.headers().get("location").and_then(|to| to.to_str().ok());
        let location = location.unwrap_or_default().to_owned();
        self.take(response).await;
        location
    }

    fn url(&self, path: &str) -> Url {
        self.base.join(path).expect("a path")
    }

    fn cookie(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    async fn take(&mut self, response: Response) -> String {
        for cookie in response.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').unwrap_or_default();
            match value {
                "" => drop(self.cookies.remove(name)),
                value => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
            }
        }
        response.text().await.expect("a text")
    }
}
