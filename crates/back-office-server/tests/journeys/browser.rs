//! What a browser does without running scripts: cookies, hidden fields, forms.
use std::collections::BTreeMap;

use back_office_server::Role;
use reqwest::Response;
use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};

use crate::world::{World, http};

pub(crate) const PASSWORD: &str = "correct horse battery";

#[derive(Clone)]
pub(crate) struct Browser {
    http: reqwest::Client,
    base: url::Url,
    pub(crate) cookies: BTreeMap<String, String>,
}

/// What came back.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Page {
    /// Where a redirection leads.
    pub(crate) fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |location| location.to_str().unwrap())
    }

    /// The value of the first hidden field `csrf`.
    pub(crate) fn csrf(&self) -> &str {
        let (_, rest) = self.text.split_once("name=\"csrf\" value=\"").unwrap_or_default();
        rest.split('"').next().unwrap_or_default()
    }

    pub(crate) fn shows(&self, text: &str) -> bool {
        self.text.contains(text)
    }
}

impl Browser {
    pub(crate) fn new(world: &World) -> Self {
        Self { http: http(), base: world.base(), cookies: BTreeMap::new() }
    }

    /// Adds an account to the world's organization and logs it in.
    pub(crate) async fn of(world: &World, name: &str, role: Role) -> Self {
        let id = &world.organization.service_organization_id;
        Self::in_organization(world, id, name, role).await
    }

    pub(crate) async fn in_organization(world: &World, organization: &str, name: &str, role: Role) -> Self {
        let administration = world.running.administration();
        administration.add_user(organization, name, role, &PASSWORD.to_owned().into()).await.unwrap();
        let mut browser = Self::new(world);
        let welcomed = browser.log_in(name, PASSWORD).await;
        assert_eq!((welcomed.status, welcomed.location()), (303, "/"), "{}", welcomed.text);
        browser
    }

    pub(crate) async fn log_in(&mut self, name: &str, password: &str) -> Page {
        let form = self.get("/login").await;
        let csrf = form.csrf().to_owned();
        self.post("/login", &[("csrf", &csrf), ("name", name), ("password", password)]).await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        let request = self.http.get(self.base.join(path).unwrap()).header(COOKIE, self.cookie());
        let response = request.send().await.unwrap();
        self.take(response).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_from(path, fields, "same-origin").await
    }

    /// A form that the browser says was sent by a page of `site`.
    pub(crate) async fn post_from(&mut self, path: &str, fields: &[(&str, &str)], site: &str) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self
            .http
            .post(self.base.join(path).unwrap())
            .header(COOKIE, self.cookie())
            .header("sec-fetch-site", site)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        let response = request.send().await.unwrap();
        self.take(response).await
    }

    /// A form with files, as RFC 7578 writes it.
    pub(crate) async fn upload(&mut self, path: &str, parts: &[(&str, &str, &[u8])]) -> Page {
        let mut body = Vec::new();
        for (name, file_name, bytes) in parts {
            let file_name =
                if file_name.is_empty() { String::new() } else { format!("; filename=\"{file_name}\"") };
            let head = format!("--x1x\r\nContent-Disposition: form-data; name=\"{name}\"{file_name}\r\n\r\n");
            body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
        }
        body.extend(b"--x1x--\r\n");
        let request = self
            .http
            .post(self.base.join(path).unwrap())
            .header(COOKIE, self.cookie())
            .header("content-type", "multipart/form-data; boundary=x1x")
            .body(body);
        let response = request.send().await.unwrap();
        self.take(response).await
    }

    fn cookie(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    async fn take(&mut self, response: Response) -> Page {
        for cookie in response.headers().get_all(SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            match value {
                "" => drop(self.cookies.remove(name)),
                value => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
            }
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Page { status, headers, text: response.text().await.unwrap() }
    }
}
