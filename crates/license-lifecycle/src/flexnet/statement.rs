//! Gives the tokens of a statement their meaning, keyword by keyword.
use std::{borrow::Cow, iter::Peekable, vec};

use super::{
    Attribute, Attributes, Content, FeatureSet, Grant, GrantKind, Keyword, Package, Server, Vendor, count,
    date, known, problem::Problem, scan::Token,
};
use crate::{Expiry, version};

/// Makes a statement of a keyword and the tokens behind it.
pub(super) fn statement<'a>(keyword: Keyword, tokens: Vec<Token<'a>>) -> Result<Content<'a>, Problem> {
    let mut tokens = Tokens(tokens.into_iter().peekable());
    Ok(match keyword {
        Keyword::Server => Content::Server(tokens.server()?),
        Keyword::Vendor | Keyword::Daemon => {
            let name = tokens.field()?;
            Content::Vendor(Vendor { keyword, name, attributes: tokens.attributes() })
        }
        Keyword::UseServer => Content::UseServer,
        Keyword::Feature => Content::Grant(tokens.grant(GrantKind::Feature)?),
        Keyword::Increment => Content::Grant(tokens.grant(GrantKind::Increment)?),
        Keyword::Upgrade => Content::Grant(tokens.grant(GrantKind::Upgrade)?),
        Keyword::Package => Content::Package(tokens.package()?),
        Keyword::FeatureSet => {
            let vendor = tokens.field()?;
            Content::FeatureSet(FeatureSet { vendor, attributes: tokens.attributes() })
        }
    })
}

/// Whether a statement whose keyword is not in upper case is one at all, and not prose that starts with such a word.
pub(super) fn is_meant(content: &Content<'_>) -> bool {
    match content {
        Content::Grant(grant) => grant.expires != Expiry::Unknown,
        Content::Package(package) => package.attributes.get("COMPONENTS").is_some(),
        Content::Server(server) => {
            let special = server.hostid.eq_ignore_ascii_case("ANY") || server.hostid.contains('=');
            special || server.hostid.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        Content::Vendor(vendor) => vendor.attributes.iter().all(|attribute| {
            attribute.value.is_some()
                || attribute.key.contains(['/', '\\'])
                || attribute.key.parse::<u16>().is_ok()
        }),
        Content::FeatureSet(set) => set.attributes.iter().count() == 1,
        Content::UseServer => true,
        Content::Blank | Content::Comment | Content::Decimal | Content::Unreadable(_) => false,
    }
}

struct Tokens<'a>(Peekable<vec::IntoIter<Token<'a>>>);

impl<'a> Tokens<'a> {
    /// A required word, which is no attribute.
    fn field(&mut self) -> Result<Cow<'a, str>, Problem> {
        let token = self.0.next_if(|token| token.value.is_none()).ok_or(Problem::FieldsMissing)?;
        Ok(token.key)
    }

    /// A word that may be there, when it is one that `fits`.
    fn optional(&mut self, fits: impl Fn(&str) -> bool) -> Option<Cow<'a, str>> {
        Some(self.0.next_if(|token| token.value.is_none() && fits(&token.key))?.key)
    }

    /// The key of old licenses stands alone, where later ones start with an attribute.
    fn license_key(&mut self) -> Option<Cow<'a, str>> {
        self.optional(|word| !known::is_flag(word.as_bytes()))
    }

    fn attributes(self) -> Attributes<'a> {
        Attributes(self.0.map(|Token { key, value }| Attribute { key, value }).collect())
    }

    fn server(mut self) -> Result<Server<'a>, Problem> {
        let host = self.field()?;
        let Token { key, value } = self.0.next().ok_or(Problem::FieldsMissing)?;
        let hostid = match value {
            Some(value) => Cow::Owned(format!("{key}={value}")),
            None => key,
        };
        let port = |word: &str| word.strip_prefix("TCP:").unwrap_or(word).parse::<u16>().ok();
        let port = self.optional(|word| port(word).is_some()).and_then(|word| port(&word));
        Ok(Server { host, hostid, port, attributes: self.attributes() })
    }

    fn grant(mut self, kind: GrantKind) -> Result<Grant<'a>, Problem> {
        let name = self.field()?;
        let vendor = self.field()?;
        let from_version = if kind == GrantKind::Upgrade { Some(self.field()?) } else { None };
        let version = self.field()?;
        let expires_text = self.field()?;
        let count_text = self.field()?;
        let count = count::read(&count_text).ok_or(Problem::CountUnreadable)?;
        let license_key = self.license_key();
        let attributes = self.attributes();
        Ok(Grant {
            kind,
            expires: date::expiry(&expires_text).unwrap_or(Expiry::Unknown),
            starts: attributes.value("START").and_then(date::day),
            name,
            vendor,
            from_version,
            version,
            expires_text,
            count_text,
            count,
            license_key,
            attributes,
        })
    }

    fn package(mut self) -> Result<Package<'a>, Problem> {
        let name = self.field()?;
        let vendor = self.field()?;
        let version = self.optional(|word| version::decimal(word).is_some() && word.len() <= 10);
        let license_key = self.license_key();
        let attributes = self.attributes();
        if attributes.value("COMPONENTS").is_none() {
            return Err(Problem::FieldsMissing);
        }
        Ok(Package { name, vendor, version, license_key, attributes })
    }
}
