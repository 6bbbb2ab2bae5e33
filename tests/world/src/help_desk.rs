//! The help desk: its web site, used as a browser does that runs no scripts.

use std::collections::BTreeMap;

use back_office_server::Role;
use reqwest::Response;
use reqwest::header::{COOKIE, SET_COOKIE};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::Office;

const PASSWORD: &str = "correct horse battery";

/// A help-desk employee who is logged in.
#[derive(Debug)]
pub struct HelpDesk {
    http: reqwest::Client,
    base: Url,
    cookies: BTreeMap<String, String>,
}

impl Office {
    /// Adds an account, and logs it in.
    pub async fn help_desk(&self, name: &str) -> HelpDesk {
        let organization = &self.organization.service_organization_id;
        let (administration, password) = (self.server().administration(), PASSWORD.to_owned().into());
        administration.add_user(organization, name, Role::HelpDesk, &password).await.expect("a new account");
        let mut desk = HelpDesk { http: self.http(), base: self.url.clone(), cookies: BTreeMap::new() };
        let csrf = desk.csrf("login").await;
        desk.post("login", &[("csrf", &csrf), ("name", name), ("password", PASSWORD)]).await;
        desk
    }
}

impl HelpDesk {
    /// The text of a page, such as `installations/ID`.
    pub async fn page(&mut self, path: &str) -> String {
        let request = self.http.get(self.url(path)).header(COOKIE, self.cookie());
        self.take(request.send().await.expect("an answer")).await
    }

    /// Asks for assistance. The page that follows says whether that was possible.
    pub async fn ask(&mut self, installation: &str, scopes: &[&str], minutes: u32) -> String {
        let page = format!("installations/{installation}");
        let (csrf, minutes) = (self.csrf(&page).await, minutes.to_string());
        let mut fields = vec![
            ("csrf", &*csrf),
            ("ticket", "T-4711"),
            ("reason", "Colours are off"),
            ("minutes", &*minutes),
        ];
        fields.extend(scopes.iter().map(|scope| ("scope", *scope)));
        self.post(&format!("{page}/assistance"), &fields).await
    }

    /// Takes a request back.
    pub async fn withdraw(&mut self, installation: &str, request: &str) {
        let page = format!("installations/{installation}");
        let csrf = self.csrf(&page).await;
        self.post(&format!("{page}/assistance/{request}/withdraw"), &[("csrf", &csrf)]).await;
    }

    /// What the form on a page must bring back.
    async fn csrf(&mut self, path: &str) -> String {
        let text = self.page(path).await;
        let (_, rest) = text.split_once("name=\"csrf\" value=\"").expect("a page with a form");
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    /// Sends a form, and returns where it leads.
    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
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
