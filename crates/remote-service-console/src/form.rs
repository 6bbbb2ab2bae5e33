//! Forms: what was typed, once it is certain that it came from one of our pages.
use axum::body::Bytes;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::HeaderMap;
use secrecy::SecretString;
use url::form_urlencoded;

use crate::entrance::{Guest, Visitor};
use crate::page::Failure;

/// The name of the hidden field.
pub(crate) const CSRF: &str = "csrf";
/// Of a name or a tick in a form with files, so much is read.
const MAX_TEXT: usize = 4 * 1024;

/// The fields of a form.
#[derive(Clone, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(crate) fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// The value of a field without blanks around it; empty when it is missing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default().trim()
    }

    /// The value of a field that holds something; no one else has an answer.
    pub(crate) fn some(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A password as it was typed, blanks included; `None` when nothing was.
    pub(crate) fn secret(&self, name: &str) -> Option<SecretString> {
        self.all(name).next().filter(|text| !text.is_empty()).map(|text| text.to_owned().into())
    }

    pub(crate) fn is_ticked(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// All values of a field, as several ticked boxes send them.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// A form of a visitor, sent by one of our own pages of this session.
pub(crate) struct Form {
    pub(crate) guest: Guest,
    pub(crate) visitor: Visitor,
    pub(crate) fields: Fields,
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let (guest, visitor, request) = sender(request, state).await?;
        let body = Bytes::from_request(request, state).await.map_err(|_| Failure::Malformed)?;
        let fields = Fields::read(&body);
        if !same(fields.text(CSRF), &visitor.csrf) {
            return Err(Failure::NotOurs);
        }
        Ok(Self { guest, visitor, fields })
    }
}

/// A form with files of a visitor, sent by one of our own pages of this session.
pub(crate) struct Upload {
    pub(crate) guest: Guest,
    texts: Fields,
    files: Vec<(String, File)>,
}

/// A file as it was chosen.
#[derive(Clone, Default)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Upload {
    /// The file that was chosen in a field; `None` when none was.
    pub(crate) fn file(&self, name: &str) -> Option<&File> {
        let named = self.files.iter().find(|(found, _)| found == name).map(|(_, file)| file);
        named.filter(|file| !file.bytes.is_empty())
    }

    pub(crate) fn is_ticked(&self, name: &str) -> bool {
        self.texts.is_ticked(name)
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let (guest, visitor, request) = sender(request, state).await?;
        let mut parts = Multipart::from_request(request, state).await.map_err(|_| Failure::Malformed)?;
        let (mut texts, mut files) = (Fields::default(), Vec::new());
        while let Some(part) = parts.next_field().await.map_err(|_| Failure::Malformed)? {
            let name = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                Some(file_name) => {
                    let bytes = part.bytes().await.map_err(|_| Failure::Malformed)?.to_vec();
                    files.push((name, File { name: file_name, bytes }));
                }
                None => texts.0.push((name, text(part).await?)),
            }
            // The token stands first in our forms: nothing is taken in for anybody else.
            if !same(texts.text(CSRF), &visitor.csrf) {
                return Err(Failure::NotOurs);
            }
        }
        if texts.0.is_empty() {
            return Err(Failure::NotOurs);
        }
        Ok(Self { guest, texts, files })
    }
}

async fn text(mut part: Field<'_>) -> Result<String, Failure> {
    let mut text = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(|_| Failure::Malformed)? {
        text.extend_from_slice(&chunk);
        if text.len() > MAX_TEXT {
            return Err(Failure::Malformed);
        }
    }
    String::from_utf8(text).map_err(|_| Failure::Malformed)
}

async fn sender<S: Send + Sync>(request: Request, state: &S) -> Result<(Guest, Visitor, Request), Failure> {
    let (mut head, body) = request.into_parts();
    let guest = Guest::from_request_parts(&mut head, state).await?;
    let visitor = guest.visitor()?.clone();
    if is_foreign(&head.headers) {
        return Err(Failure::NotOurs);
    }
    Ok((guest, visitor, Request::from_parts(head, body)))
}

/// Whether the browser says that another site's page sent the request (Fetch Metadata).
pub(crate) fn is_foreign(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none")
}

/// Compares two secrets; the time tells nothing but their lengths.
pub(crate) fn same(left: &str, right: &str) -> bool {
    let differences = left.bytes().zip(right.bytes()).fold(0, |found, (left, right)| found | (left ^ right));
    !right.is_empty() && left.len() == right.len() && differences == 0
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn fields_are_decoded_and_passwords_keep_their_blanks() {
        let fields = Fields::read(b"reason=+a%26b+c+&scope=view&scope=vpn&x&password=+p+");
        assert_eq!(fields.text("reason"), "a&b c");
        assert_eq!(fields.all("scope").collect::<Vec<_>>(), ["view", "vpn"]);
        assert_eq!((fields.text("x"), fields.text("y"), fields.some("x")), ("", "", None));
        assert!(fields.is_ticked("x") && !fields.is_ticked("y"));
        assert_eq!(fields.secret("password").unwrap().expose_secret(), " p ");
        assert!(fields.secret("x").is_none());
    }

    #[test]
    fn nothing_is_the_same_as_an_empty_secret() {
        assert!(same("abc", "abc"));
        for (left, right) in [("", ""), ("abc", "abd"), ("abc", "ab"), ("", "abc")] {
            assert!(!same(left, right), "{left:?} {right:?}");
        }
    }
}
