//! What a browser does without running scripts: cookies, hidden fields, forms, redirections.
use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, request};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::site::{BASE, PASSWORD};

#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Sent with every request.
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// What came back.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where a redirection leads, without the base path.
    pub(crate) fn location(&self) -> &str {
        let location = self.headers.get(LOCATION).map_or("", |location| location.to_str().unwrap());
        location.strip_prefix(BASE).unwrap_or(location)
    }

    /// The value of the first hidden field `csrf`.
    pub(crate) fn csrf(&self) -> String {
        let (_, rest) = self.text.split_once("name=\"csrf\" value=\"").unwrap_or_default();
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    /// The hidden fields of the form that a button with this action stands in, as a browser sends them.
    pub(crate) fn hidden(&self, action: &str) -> Vec<(String, String)> {
        let forms =
            self.text.split("<form").find(|form| form.contains(&format!("action=\"{BASE}{action}\"")));
        let form = forms.unwrap_or_else(|| panic!("no form leads to {action}: {}", self.text));
        let fields = form.split("<input type=\"hidden\" name=\"").skip(1).map(|field| {
            let (name, rest) = field.split_once("\" value=\"").unwrap();
            let value = rest.split('"').next().unwrap();
            (name.to_owned(), value.replace("&#34;", "\"").replace("&#60;", "<").replace("&#62;", ">"))
        });
        fields.collect()
    }

    pub(crate) fn shows(&self, text: &str) -> bool {
        self.text.contains(text)
    }
}

impl Browser {
    pub(crate) fn new(router: &Router) -> Self {
        Self { router: router.clone(), cookies: BTreeMap::new(), headers: Vec::new() }
    }

    pub(crate) async fn log_in(&mut self, name: &str) {
        let page = self.try_log_in(name, PASSWORD).await;
        assert_eq!((page.status, page.location()), (303, "/"), "{}", page.text);
    }

    pub(crate) async fn try_log_in(&mut self, name: &str, password: &str) -> Page {
        let csrf = self.get("/login").await.csrf();
        self.post("/login", &[("csrf", &csrf), ("name", name), ("password", password)]).await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(format!("{BASE}{path}")), Vec::new()).await
    }

    /// A form with the token of this session.
    pub(crate) async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.get("/").await.csrf();
        let fields: Vec<_> = [("csrf", &*csrf)].iter().chain(fields).copied().collect();
        self.post(path, &fields).await
    }

    /// The form of a page that leads to `path`: its hidden fields, and what was typed.
    pub(crate) async fn send_hidden(&mut self, page: &Page, path: &str, typed: &[(&str, &str)]) -> Page {
        let hidden = page.hidden(path);
        let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        self.post(path, &hidden.chain(typed.iter().copied()).collect::<Vec<_>>()).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_from(path, fields, "same-origin").await
    }

    /// A form that the browser says was sent by a page of `site`.
    pub(crate) async fn post_from(&mut self, path: &str, fields: &[(&str, &str)], site: &str) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(format!("{BASE}{path}"))
            .header("sec-fetch-site", site)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, body.into_bytes()).await
    }

    /// A form with files, as RFC 7578 writes it; a part without a file name is a field.
    pub(crate) async fn upload(&mut self, path: &str, parts: &[(&str, &str, &[u8])]) -> Page {
        let mut body = Vec::new();
        for (name, file_name, bytes) in parts {
            let file_name =
                if file_name.is_empty() { String::new() } else { format!("; filename=\"{file_name}\"") };
            let head = format!("--x1x\r\nContent-Disposition: form-data; name=\"{name}\"{file_name}\r\n\r\n");
            body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
        }
        body.extend(b"--x1x--\r\n");
        let request =
            Request::post(format!("{BASE}{path}")).header(CONTENT_TYPE, "multipart/form-data; boundary=x1x");
        self.send(request, body).await
    }

    async fn send(&mut self, mut request: request::Builder, body: Vec<u8>) -> Page {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request = request.header(COOKIE, pairs.join("; "));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            match rest.split(';').next().unwrap() {
                "" => drop(self.cookies.remove(name)),
                value => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
            }
        }
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Page { status: head.status.as_u16(), headers: head.headers, bytes, text }
    }
}
